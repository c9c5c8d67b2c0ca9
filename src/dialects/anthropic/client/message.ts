/** Writes the message object of an answer (SDK @anthropic-ai/sdk 1.14.0, Message; read 2026-11-30). Keys that may be null are always there. */
import type { JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import type { ChoiceEndEvent, FinishReason, StartEvent } from '../../../unified/response/event.ts';
import type { ResponseMeta } from '../../client-dialect.ts';
import { modelOf } from '../../shared/router-fields.ts';

/** How a message ended: fields of the body, and of `message_delta`. */
export type MessageStop = {
  stop_reason: string | null;
  stop_sequence: string | null;
  stop_details: JsonObject | null;
};

/** A message that has not ended. */
export const NOT_STOPPED: MessageStop = { stop_reason: null, stop_sequence: null, stop_details: null };

/** What the end of a message depends on. */
type Ending = Pick<ChoiceEndEvent, 'reason' | 'nativeReason'> & { stopSequence: string | null; hasCalled: boolean; hasRefused: boolean };

const STOP_REASONS: Readonly<Record<Exclude<FinishReason, 'error'>, string>> = {
  stop: 'end_turn',
  tool_calls: 'end_turn', // where no call was sent: a client would look for one
  length: 'max_tokens',
  content_filter: 'refusal',
};

/** A reason that a beta of the format has, and other formats repeat. */
const WINDOW_EXCEEDED = 'model_context_window_exceeded';

/**
 * Returns how a message ended. A call makes it `tool_use`, unless a limit cut it off: clients act on the reason, and some providers end calls
 * with `stop`.
 *
 * @throws RouterError for an answer that its upstream ended as failed: the format has no such reason.
 */
export function stopOf({ reason, nativeReason, stopSequence, hasCalled, hasRefused }: Ending): MessageStop {
  if (reason === 'error') throw new RouterError('provider_unavailable', `the upstream ended the answer with "${nativeReason ?? 'error'}"`);
  if (reason === 'length') return { ...NOT_STOPPED, stop_reason: nativeReason === WINDOW_EXCEEDED ? WINDOW_EXCEEDED : 'max_tokens' };
  if (reason === 'content_filter' || (hasRefused && !hasCalled)) {
    // The words of a refusal are in the content: a reader that joins both would have them twice.
    return { ...NOT_STOPPED, stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: null } };
  }
  if (hasCalled) return { ...NOT_STOPPED, stop_reason: 'tool_use' };
  if (stopSequence !== null) return { ...NOT_STOPPED, stop_reason: 'stop_sequence', stop_sequence: stopSequence };
  return { ...NOT_STOPPED, stop_reason: STOP_REASONS[reason] };
}

/** What a message consists of. */
type MessageParts = { start: StartEvent | null; content: readonly JsonObject[]; stop: MessageStop; usage: JsonObject };

/** Writes a message. */
export const createMessage = (meta: ResponseMeta, { start, content, stop, usage }: MessageParts): JsonObject => ({
  id: meta.id,
  type: 'message',
  role: 'assistant',
  model: modelOf(meta.servedBy()[0], start),
  content,
  container: null,
  diagnostics: null,
  ...stop,
  usage,
});
