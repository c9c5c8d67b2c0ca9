/**
 * Decodes answers of the Messages API, streamed and whole. Knows no provider, does no I/O.
 *
 * Wire reference: Anthropic's streaming page; @anthropic-ai/sdk 1.11.0, core/streaming.ts and resources/messages (read 2026-11-20).
 * Pings, and events and deltas of unknown types, are skipped: the reference announces more of them.
 */
import { RouterError } from '../../../unified/error.ts';
import { errorEvent, type FinishReason, type StreamEvent } from '../../../unified/response/event.ts';
import { numberOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../../dialect.ts';
import { reportUnplaced, type UnplacedFields } from '../../openai-common/upstream/answer-fields.ts';
import { choiceEnd, reasonIn, withStopSequence } from '../../openai-common/upstream/finish.ts';
import { contentParts, orUnreadable } from '../../openai-common/upstream/speech.ts';
import { readUnreadable } from '../../openai-common/upstream/unreadable.ts';
import { createBlockReader, type BlockReader } from './blocks.ts';
import { findErrorIn } from './error.ts';
import { createCarrying } from './originals.ts';
import { createCounts, type Counts } from './usage.ts';
import { createDecoderShell, type ReadPayload } from '../../shared/decoder-shell.ts';
import { withOriginalBody, withOriginals } from '../../shared/originals.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  compaction: 'stop', // beta
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
  // The turn is not finished: a server tool waits to be continued, which the router does not do.
  pause_turn: 'error',
};

type State = Pick<DecoderOptions, 'budget' | 'dropped'> & {
  blocks: BlockReader;
  counts: Counts;
  id: string | null;
  started: boolean;
};

const createState = (options: Pick<DecoderOptions, 'budget' | 'dropped'>): State => ({
  ...options,
  blocks: createBlockReader(options),
  counts: createCounts(),
  id: null,
  started: false,
});

/** Decodes a stream. */
export const createDecoder = (options: Pick<DecoderOptions, 'budget' | 'dropped'> = {}): Decoder => decoderOf(options, (read) => read);

/** A decoder whose reader of payloads is adapted. */
function decoderOf(options: Pick<DecoderOptions, 'budget' | 'dropped'>, adapt: (read: ReadPayload) => ReadPayload): Decoder {
  const state = createState(options);
  const reader = adapt((payload, raw) => read(payload, raw, state));
  // Real streams end with message_stop; proxies add OpenAI's word for it.
  return createDecoderShell(reader, { onDone: () => stop(state) });
}

/** Decodes a stream for a client of the format. */
export const createNativeDecoder = ({ budget }: Pick<DecoderOptions, 'budget'> = {}): Decoder =>
  decoderOf(budget === undefined ? {} : { budget }, (read) => withOriginals(read, createCarrying()));

/** Decodes a whole answer for a client of the format. */
export function decodeNativeBody(body: unknown, { budget }: Pick<DecoderOptions, 'budget'> = {}): StreamEvent[] {
  const events = decodeBody(body, budget === undefined ? {} : { budget });
  return isObject(body) ? withOriginalBody(events, body, createCarrying()) : events;
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: Pick<DecoderOptions, 'budget' | 'dropped'> = {}): StreamEvent[] {
  return orUnreadable(() => readDocument(body, options));
}

function readDocument(body: unknown, options: Pick<DecoderOptions, 'budget' | 'dropped'>): StreamEvent[] {
  if (!isObject(body)) return [errorEvent(readUnreadable(body))];
  const error = errorIn(body);
  if (error !== null) return [errorEvent(error)];
  const state = createState(options);
  const started = start(body, state);
  const blocks = contentParts(body.content, 'text').flatMap((block, index) => state.blocks.begin(index, block));
  return [...started, ...blocks, ...end(body, body.usage, state), ...stop(state)];
}

function read(payload: unknown, raw: string, state: State): StreamEvent[] {
  if (!isObject(payload)) return [errorEvent(readUnreadable(raw))];
  const error = errorIn(payload);
  if (error !== null) return [errorEvent(error)];
  const index = numberOf(payload.index) ?? 0;
  switch (payload.type) {
    case 'message_start':
      return start(isObject(payload.message) ? payload.message : {}, state);
    case 'content_block_start':
      return isObject(payload.content_block) ? state.blocks.begin(index, payload.content_block) : [];
    case 'content_block_delta':
      return isObject(payload.delta) ? state.blocks.grow(index, payload.delta) : [];
    case 'content_block_stop':
      return state.blocks.stop(index);
    case 'message_delta':
      return end(isObject(payload.delta) ? payload.delta : {}, payload.usage, state);
    case 'message_stop':
      return stop(state);
    default:
      return [];
  }
}

/**
 * Reads the start of a message. Gateways that retry send it twice (Vercel AI SDK, packages/anthropic, fixtures, read 2026-11-20). Before any
 * content the second one is ignored. After content it would join two messages, so it is an error.
 */
function start(message: WireObject, state: State): StreamEvent[] {
  const id = textOf(message.id);
  if (state.blocks.hasBegun() && id !== null && id !== state.id) {
    return [errorEvent(new RouterError('provider_unavailable', 'the upstream began another answer in the middle of this one'))];
  }
  state.id = id;
  state.counts.take(message.usage);
  if (state.started) return [];
  state.started = true;
  const tier = isObject(message.usage) ? textOf(message.usage.service_tier) : null;
  return [{ type: 'start', model: textOf(message.model), systemFingerprint: null, serviceTier: tier === 'standard' ? 'default' : tier }];
}

/** Fields of a message that have no equivalent. */
const UNPLACED_OF_MESSAGE: UnplacedFields = {
  container: 'what the tools of the provider itself did has no place in an answer',
  context_management: 'what the provider left out of the history is returned in a form of its own',
};

/**
 * Reads finish reason and usage. The output count in `message_start` is only a first value, so usage is reported here; for an answer that
 * ends earlier it is estimated.
 */
function end(message: WireObject, counts: unknown, { blocks, counts: known, dropped }: State): StreamEvent[] {
  reportUnplaced(message, UNPLACED_OF_MESSAGE, dropped);
  known.take(counts);
  // A router states null for an answer without usage; what came at its start is an estimate.
  const usage = isObject(counts) && counts.output_tokens !== null ? known.usage() : null;
  const usageEvents: StreamEvent[] = usage === null ? [] : [{ type: 'usage', usage }];
  const word = textOf(message.stop_reason);
  if (word === null) return usageEvents;
  const reason = reasonIn(FINISH, word);
  if (reason !== 'error')
    return [
      ...blocks.finish(),
      ...refused(message),
      withStopSequence(choiceEnd(0, word, reason), textOf(message.stop_sequence)),
      ...usageEvents,
    ];
  const stopMessage = `the upstream ended the answer before its end, with stop reason "${word}"`;
  const error = new RouterError('provider_unavailable', stopMessage, { nativeFinishReason: word, retryable: false });
  return [...blocks.finish(), ...usageEvents, { type: 'choice-error', choice: 0, error }];
}

/** Reads the text of a refusal. */
function refused({ stop_details: details }: WireObject): StreamEvent[] {
  const text = isObject(details) && details.type === 'refusal' ? textOf(details.explanation) : null;
  return text === null ? [] : [{ type: 'refusal-delta', choice: 0, text }];
}

function stop(state: State): StreamEvent[] {
  return [...state.blocks.finish(), { type: 'end', usage: null }];
}

/** Returns the error in a payload with HTTP 200, or null. */
const errorIn = (payload: WireObject): RouterError | null =>
  payload.type === 'error' || isObject(payload.error) || textOf(payload.type) === null ? findErrorIn(payload) : null;
