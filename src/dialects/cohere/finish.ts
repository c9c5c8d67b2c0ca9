/** Maps finish reasons of Cohere's chat. Source: `ChatFinishReason` of the npm package cohere-ai 8.1.0, read 2026-11-21. */
import { RouterError } from '../../unified/error.ts';
import type { ChoiceEndEvent, ChoiceErrorEvent, FinishReason } from '../../unified/response/event.ts';
import { choiceEnd, reasonIn } from '../openai-common/upstream/finish.ts';
import { findErrorIn } from './error.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  // Of the first version of the API; not certain that the second still returns it.
  ERROR_TOXIC: 'content_filter',
};

/** Returns the unified end, or an error. An unknown reason becomes `stop` and is passed on. */
export function readFinish(native: string, errorText: string | null): ChoiceEndEvent | ChoiceErrorEvent {
  const reason = reasonIn(FINISH, native);
  if (reason !== undefined || !/^(ERROR|TIMEOUT)/.test(native)) return choiceEnd(0, native, reason);
  const message = errorText ?? `the upstream ended the answer with finish reason "${native}"`;
  const isTimeout = native === 'TIMEOUT';
  const error =
    (isTimeout ? null : findErrorIn({ message: errorText })) ?? new RouterError(isTimeout ? 'timeout' : 'provider_unavailable', message);
  return { type: 'choice-error', choice: 0, error: error.with({ nativeFinishReason: native }) };
}
