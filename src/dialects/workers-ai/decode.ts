/**
 * Workers AI's answers to events. The form of each answer identifies it: the provider's own (`{"response": ...}`), OpenAI's (`choices`),
 * or either inside the envelope of the REST interface. The own form is brought into OpenAI's and read by
 * `openai-common/chat-reader.ts`. Sources: @cloudflare/workers-types 5.20261117.1, Cloudflare's workers-ai-provider 4.0.0,
 * read 2026-11-20.
 */
import { ENTRY_BYTES } from '../../unified/response/answer-budget.ts';
import { isContent, type StreamEvent } from '../../unified/response/event.ts';
import { arrayOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { createChatReader } from '../openai-common/upstream/chat-reader.ts';
import { createPayloadDecoder, decodeDocument, type ReadChunk } from '../openai-common/upstream/payloads.ts';
import { argumentsText, speechOf } from '../openai-common/upstream/speech.ts';
import { findErrorIn } from './error.ts';

/**
 * Decodes a stream. The provider's own form has no finish reason: `[DONE]` ends it. Cloudflare's own client accepts `[DONE]` in the other form,
 * too, where a reason is missing. A stream with neither was cut.
 */
export function createDecoder(options: DecoderOptions): Decoder {
  const reader = createReader(options);
  const decoder = createPayloadDecoder(reader.read, findErrorIn);
  return {
    push: (payload) => (payload === '[DONE]' ? [...reader.finish(), ...decoder.push(payload)] : decoder.push(payload)),
  };
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: DecoderOptions): StreamEvent[] {
  const reader = createReader(options);
  const document = isObject(body) && findErrorIn(body) === null ? unwrap(body) : body;
  const events = decodeDocument(document, reader.read, findErrorIn);
  return events.flatMap((event) => (event.type === 'end' ? [...reader.finish(), event] : [event]));
}

type Reader = { read: ReadChunk; finish(): StreamEvent[] };

function createReader(options: DecoderOptions): Reader {
  const readChat = createChatReader(options);
  const [open, ended] = [new Set<number>(), new Set<number>()];
  let [isOwn, completionTokens] = [false, 0];

  function add(choice: number, choices: Set<number>): void {
    if (choices.has(choice)) return;
    options.budget?.take(ENTRY_BYTES);
    choices.add(choice);
  }

  function note(events: StreamEvent[]): StreamEvent[] {
    for (const event of events) {
      if (event.type === 'choice-end' || event.type === 'choice-error') add(event.choice, ended);
      else if (isContent(event)) add(event.choice, open);
      else if (event.type === 'usage') completionTokens = event.usage.completionTokens;
    }
    return events;
  }

  return {
    read(chunk) {
      if (Array.isArray(chunk['choices'])) return note(readChat({ ...chunk, choices: chunk['choices'].map(withoutClosers) }));
      const choice = toChoice(chunk);
      if (choice === null) return note(readChat({ usage: chunk['usage'] }));
      open.add(0); // an answer without content is one
      const start: StreamEvent[] = isOwn ? [] : [{ type: 'start', model: null, systemFingerprint: null, serviceTier: null }];
      isOwn = true;
      return [...start, ...note(readChat({ ...chunk, choices: [choice] }))];
    },
    finish() {
      const unfinished = [...open].filter((choice) => !ended.has(choice));
      // The own form gives no reason: an answer as long as it was allowed to be was most likely cut off.
      const reason = completionTokens >= (options.maxTokens ?? Infinity) ? 'length' : 'stop';
      const guess = isOwn && reason === 'stop' ? {} : { isGuess: true as const };
      return note(unfinished.map((choice) => ({ type: 'choice-end', choice, reason, nativeReason: null, ...guess })));
    },
  };
}

/** What is in the envelope `{result, success, errors, messages}` of the REST interface; the binding sends it bare. */
function unwrap(payload: WireObject): WireObject {
  if (isObject(payload.result)) return payload.result;
  return typeof payload.result === 'string' ? { response: payload.result } : payload;
}

/** The provider's own form as a choice of OpenAI's; null when there is no answer in it. */
function toChoice(chunk: WireObject): WireObject | null {
  const { response, tool_calls: calls } = chunk;
  if (response === undefined && !Array.isArray(calls)) return null;
  const content = argumentsText(response); // an object where JSON was asked for
  const reasoning = speechOf(chunk.reasoning_content) ?? speechOf(chunk.reasoning);
  return {
    index: 0,
    delta: {
      content,
      ...(reasoning === null ? {} : { reasoning }),
      tool_calls: arrayOf(calls).filter(isObject).map(toToolCall).filter(isSaid),
    },
    finish_reason: chunk.finish_reason,
  };
}

/** A call of the own form is `{name, arguments: {...}}`; some models write OpenAI's. */
function toToolCall(call: WireObject): WireObject {
  return isObject(call.function) ? call : { id: call.id, index: call.index, function: { name: call.name, arguments: call.arguments } };
}

/** Some models close a call by a piece that holds nothing; it belongs to no call. */
function withoutClosers(choice: unknown): unknown {
  if (!isObject(choice) || !isObject(choice.delta) || !Array.isArray(choice.delta.tool_calls)) return choice;
  return { ...choice, delta: { ...choice.delta, tool_calls: choice.delta.tool_calls.filter(isSaid) } };
}

function isSaid(piece: unknown): boolean {
  if (!isObject(piece)) return false;
  const fn = isObject(piece.function) ? piece.function : {};
  return [piece.id, fn.name, fn.arguments].some((value) => value !== null && value !== undefined && value !== '');
}
