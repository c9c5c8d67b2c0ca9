/**
 * Maps finish reasons to the closed list (generativelanguage v1beta and aiplatform v1beta1 protos, Candidate.FinishReason, read
 * 2026-11-20). STOP is also sent for tool calls; the guard distinguishes them.
 */
import { RouterError } from '../../unified/error.ts';
import type { ChoiceEndEvent, ChoiceErrorEvent, FinishReason } from '../../unified/response/event.ts';
import { textOf } from '../../lib/json.ts';
import type { WireObject } from './wire.ts';
import { choiceEnd, reasonIn } from '../openai-common/upstream/finish.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  // The answer continues in another request, which the router does not send.
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  // An unsupported language: whether that is a filter or a failure is not certain.
  LANGUAGE: 'content_filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MALFORMED_RESPONSE: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  OTHER: 'error',
  IMAGE_OTHER: 'error',
  NO_IMAGE: 'error',
};

/** Unusable model output: another endpoint is tried. */
const BAD_OUTPUT = /^(MALFORMED_|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS)/;

/** Returns how a choice ended. An unknown reason becomes `stop` and is passed on. */
export function readFinish(candidate: WireObject, choice: number, native: string): ChoiceEndEvent | ChoiceErrorEvent {
  const reason = reasonIn(FINISH, native);
  if (reason !== 'error') return choiceEnd(choice, native, reason);
  const message = textOf(candidate.finishMessage) ?? `the upstream ended the answer with finish reason "${native}"`;
  const details = { nativeFinishReason: native, ...(BAD_OUTPUT.test(native) ? { meaning: 'invalid-output' as const } : {}) };
  return { type: 'choice-error', choice, error: new RouterError('provider_unavailable', message, details) };
}
