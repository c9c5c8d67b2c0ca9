/**
 * Decodes answers of Cohere chat (v2). Knows no provider, does no I/O. Sources: Cohere's API reference, chat streaming
 * (cohere-developer-experience e814c8a, 2026-08-20) and the types of the npm package cohere-ai 8.1.0, read 2026-11-21.
 *
 * A whole answer is converted to the events of a stream, so both are read by the same code.
 */
import { sizeOf } from '../../unified/response/answer-budget.ts';
import { errorEvent, isBreak, type StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, numberOf, textOf, wordOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { LOST_TOKENS, reportUnplaced, type UnplacedFields } from '../openai-common/upstream/answer-fields.ts';
import { readUnreadable } from '../openai-common/upstream/unreadable.ts';
import { findErrorIn } from './error.ts';
import { labelOf, orUnreadable, speechOf } from '../openai-common/upstream/speech.ts';
import { partEvents, reasoningEvents } from '../openai-common/upstream/parts.ts';
import { createCalls, type Calls } from './calls.ts';
import { decodeLogprobs, decodeUsage } from './counts.ts';
import { readFinish } from './finish.ts';
import { TOOL_PLAN_ID } from './messages.ts';
import { createDecoderShell } from '../shared/decoder-shell.ts';

type Reader = (payload: unknown, raw: string) => StreamEvent[];

type Options = Pick<DecoderOptions, 'budget' | 'dropped'>;

/** Decodes a stream. */
export function createDecoder(options: Options = {}): Decoder {
  const read = createReader(options);
  // The provider's own SDK expects a [DONE], its streams end with message-end: the word alone does not make an answer whole.
  return createDecoderShell(read, { onDone: () => [] });
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: Options = {}): StreamEvent[] {
  const read = createReader(options);
  // The message of an error is a text, that of an answer an object.
  return orUnreadable(() => {
    if (!isObject(body) || !isObject(body.message)) return read(body, typeof body === 'string' ? body : '');
    return eventsOf(body, body.message).flatMap((event) => read(event, ''));
  });
}

/** Returns the stream events that are equal to this document. */
function eventsOf({ finish_reason, usage, logprobs }: WireObject, message: WireObject): WireObject[] {
  const contents = Array.isArray(message.content) ? arrayOf(message.content) : [{ type: 'text', text: message.content }];
  const spoken = contents.findIndex((content) => isObject(content) && speechOf(content.text) !== null);
  const says = (type: string, index: number, delta: WireObject): WireObject => ({ type, index, delta: { message: delta } });
  return [
    { type: 'message-start' },
    ...contents.map((content, index) => ({ ...says('content-delta', index, { content }), ...(index === spoken ? { logprobs } : {}) })),
    says('tool-plan-delta', 0, { tool_plan: message.tool_plan }),
    ...arrayOf(message.tool_calls).flatMap((call, index) => [
      says('tool-call-start', index, { tool_calls: call }),
      says('tool-call-end', index, {}),
    ]),
    ...arrayOf(message.citations).map((citation, index) => says('citation-start', index, { citations: citation })),
    { type: 'message-end', delta: { finish_reason, usage } },
  ];
}

/** `thinking` is the index of the open reasoning block; `over` is true after the final event. */
type State = Options & {
  calls: Calls;
  citations: WireObject[];
  thinking: { block: string; index: number };
  over: boolean;
};

function createReader(options: Options): Reader {
  const state: State = { ...options, calls: createCalls(options.budget), citations: [], thinking: { block: '', index: -1 }, over: false };
  return (payload, raw) => {
    if (state.over) return [];
    const error = isObject(payload) ? findErrorIn(payload) : readUnreadable(raw);
    if (error === null) return readEvent(payload as WireObject, state);
    const failure = errorEvent(error);
    state.over = isBreak(failure);
    return [failure];
  };
}

/** Reads an event. Types that are not listed (content-end, citation-end, debug, unknown ones) contain nothing needed. */
function readEvent(event: WireObject, state: State): StreamEvent[] {
  const delta = isObject(event.delta) ? event.delta : {};
  const message = isObject(delta.message) ? delta.message : {};
  const index = numberOf(event.index) ?? 0;
  switch (event.type) {
    case 'message-start':
      return [{ type: 'start', model: null, systemFingerprint: null, serviceTier: null }];
    case 'content-start':
    case 'content-delta':
      return message.content == null
        ? []
        : readContent(isObject(message.content) ? message.content : { text: message.content }, { index, logprobs: event.logprobs }, state);
    // The text before tool calls is the model's plan, not part of the answer, so it becomes reasoning. It is marked, and returned to the
    // provider as its plan.
    case 'tool-plan-delta':
      return think(speechOf(message.tool_plan), TOOL_PLAN_ID, state);
    case 'tool-call-start':
      return state.calls.start(index, message.tool_calls);
    case 'tool-call-delta':
      return state.calls.grow(index, message.tool_calls);
    case 'tool-call-end':
      state.calls.end(index);
      return [];
    case 'citation-start':
      if (!isObject(message.citations)) return [];
      state.budget?.take(sizeOf(message.citations));
      state.citations.push(message.citations);
      return [];
    case 'message-end':
      return readEnd(delta, state);
    default:
      return [];
  }
}

/** Content blocks without an equivalent (types of cohere-ai, AssistantMessageResponseContentItem and Content). */
const UNPLACED_OF_CONTENT: UnplacedFields = {
  image_url: 'no model of this provider is known to answer with pictures here',
  document: "the client's own documents have no place in an answer",
};

function readContent(content: WireObject, { index, logprobs }: WireObject, state: State): StreamEvent[] {
  const thought = think(speechOf(content.thinking), `thinking ${wordOf(index) || (numberOf(index) ?? 0)}`, state);
  const text = speechOf(content.text);
  reportUnplaced(content, UNPLACED_OF_CONTENT, state.dropped);
  const tokens = decodeLogprobs(logprobs);
  if (text === null) {
    if (tokens !== undefined) state.dropped?.('logprobs', LOST_TOKENS);
    return thought;
  }
  return [...thought, { type: 'text-delta', choice: 0, text, ...(tokens === undefined ? {} : { logprobs: tokens }) }];
}

function think(text: string | null, block: string, { thinking }: State): StreamEvent[] {
  if (text === null) return [];
  if (thinking.block !== block) Object.assign(thinking, { block, index: thinking.index + 1 });
  const mark = block === TOOL_PLAN_ID ? { id: TOOL_PLAN_ID } : {};
  // OpenRouter has no name for this family, and its SDK accepts only its own names.
  const detail = { type: 'reasoning.text', text, ...mark, format: 'unknown', index: thinking.index };
  return reasoningEvents(0, text, [detail]);
}

const UNPLACED_OF_USAGE: UnplacedFields = {
  cached_tokens: 'it counts other tokens than those that are billed, of which the other counts are',
};

function readEnd(delta: WireObject, state: State): StreamEvent[] {
  state.over = true;
  const usage = decodeUsage(delta.usage);
  reportUnplaced(isObject(delta.usage) ? delta.usage : {}, UNPLACED_OF_USAGE, state.dropped);
  const errorText = textOf(delta.error);
  const native = labelOf(delta.finish_reason) ?? (errorText === null ? null : 'ERROR');
  return [
    // Citations of documents and tool results, in the provider's form: no other format has a field for them.
    ...(state.citations.length === 0 ? [] : partEvents(0, { citations: state.citations }, 'cohere')),
    ...(usage === null ? [] : [{ type: 'usage', usage } as const]),
    ...(native === null ? [] : [readFinish(native, errorText)]),
    { type: 'end', usage: null },
  ];
}
