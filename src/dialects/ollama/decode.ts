/**
 * Decodes answers of Ollama's chat: lines of a stream and whole bodies. A whole answer has the form of a last line with all content. Knows no
 * provider, does no I/O. Sources: docs/api.md, docs/api/*.mdx and server/routes.go of github.com/ollama/ollama (fb30760, 2026-08-21), read
 * 2026-11-20.
 */
import { errorEvent, isBreak, type ChoiceEndEvent, type FinishReason, type StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, numberOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { usageOf, type Usage } from '../../unified/response/usage.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { isNothing, LOST_TOKENS, reportUnplaced, type UnplacedFields } from '../openai-common/upstream/answer-fields.ts';
import { choiceEnd, reasonIn } from '../openai-common/upstream/finish.ts';
import { decodeLogprobs } from '../openai-common/upstream/logprobs.ts';
import { argumentsText, labelOf, orUnreadable, speechOf } from '../openai-common/upstream/speech.ts';
import { readUnreadable } from '../openai-common/upstream/unreadable.ts';
import { reasoningEvents } from '../openai-common/upstream/parts.ts';
import { findErrorIn } from './error.ts';
import { createDecoderShell } from '../shared/decoder-shell.ts';

/** `load` and `unload` are returned for a request without messages. */
const FINISH: Readonly<Record<string, FinishReason>> = { stop: 'stop', length: 'length', load: 'stop', unload: 'stop' };

type Options = Pick<DecoderOptions, 'dropped'>;

/** Durations, times, `remote_model` and `remote_host` are ignored. */
const UNPLACED_OF_MESSAGE: UnplacedFields = { images: 'no model of this provider is known to answer with pictures here' };

/** Decodes a stream. */
export function createDecoder(options: Options = {}): Decoder {
  return createDecoderShell(createReader(options));
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: Options = {}): StreamEvent[] {
  const read = createReader(options);
  return orUnreadable(() => read(body, typeof body === 'string' ? body : ''));
}

type State = Options & { started: boolean; calls: number; over: boolean };

function createReader(options: Options): (line: unknown, raw: string) => StreamEvent[] {
  const state: State = { ...options, started: false, calls: 0, over: false };
  return (line, raw) => {
    if (state.over) return [];
    const error = isObject(line) ? findErrorIn(line) : readUnreadable(raw);
    if (error === null) return readLine(line as WireObject, state);
    const failure = errorEvent(error);
    state.over = isBreak(failure);
    return [failure];
  };
}

function readLine(line: WireObject, state: State): StreamEvent[] {
  const message = isObject(line.message) ? line.message : { content: line.message ?? line.response };
  const events = [...readStart(line, state), ...readMessage(message, line.logprobs, state)];
  if (line.done !== true) return events;
  state.over = true;
  const usage = readUsage(line);
  return [
    ...events,
    ...(usage === null ? [] : [{ type: 'usage', usage } as const]),
    ...readFinish(labelOf(line.done_reason)),
    { type: 'end', usage: null },
  ];
}

function readStart({ model }: WireObject, state: State): StreamEvent[] {
  if (state.started) return [];
  state.started = true;
  return [{ type: 'start', model: textOf(model), systemFingerprint: null, serviceTier: null }];
}

function readMessage(message: WireObject, rawLogprobs: unknown, state: State): StreamEvent[] {
  const [thinking, text] = [speechOf(message.thinking), speechOf(message.content) ?? ''];
  const events: StreamEvent[] = [];
  // The provider has no signatures; reasoning that a client returns is sent as `thinking`.
  if (thinking !== null) {
    const detail = { type: 'reasoning.text', text: thinking, format: 'unknown', index: 0 };
    events.push(...reasoningEvents(0, thinking, [detail]));
  }
  // With reasoning the list includes the tokens of both, and they cannot be separated.
  const logprobs = thinking === null ? decodeLogprobs({ content: rawLogprobs }) : undefined;
  if (thinking !== null && !isNothing(rawLogprobs)) state.dropped?.('logprobs', LOST_TOKENS);
  reportUnplaced(message, UNPLACED_OF_MESSAGE, state.dropped);
  if (text !== '' || logprobs !== undefined)
    events.push({ type: 'text-delta', choice: 0, text, ...(logprobs === undefined ? {} : { logprobs }) });
  for (const call of arrayOf(message.tool_calls)) if (isObject(call)) events.push(...readCall(call, state));
  return events;
}

/** Reads a call. It is complete, its arguments are an object. Newer servers send an id. */
function readCall(call: WireObject, state: State): StreamEvent[] {
  const fn = isObject(call.function) ? call.function : {};
  const [id, name] = [labelOf(call.id), labelOf(fn.name)];
  const given = argumentsText(fn.arguments) || '{}';
  const head = { ...(id === null ? {} : { id }), ...(name === null ? {} : { name }) };
  return [{ type: 'tool-call-delta', choice: 0, index: state.calls++, ...head, arguments: given }];
}

/** Reads usage. The provider omits zero counts; without both counts there is no usage. */
function readUsage(line: WireObject): Usage | null {
  const [prompt, completion] = [numberOf(line.prompt_eval_count), numberOf(line.eval_count)];
  if (prompt === null && completion === null) return null;
  return usageOf({ promptTokens: prompt ?? 0, completionTokens: completion ?? 0 });
}

/** Maps a finish reason. Older servers send none. An unknown reason becomes `stop` and is passed on. */
function readFinish(native: string | null): ChoiceEndEvent[] {
  return native === null ? [] : [choiceEnd(0, native, reasonIn(FINISH, native))];
}
