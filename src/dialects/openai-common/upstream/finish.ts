/**
 * Maps finish reasons of OpenAI-compatible providers to the closed list. One table for all: names differ, meanings do not. Sources: the API
 * references of Together, TGI, Z.ai, DeepSeek, SGLang, OpenRouter (read 2026-08).
 */
import { RouterError } from '../../../unified/error.ts';
import type { ChoiceEndEvent, ChoiceErrorEvent, FinishReason } from '../../../unified/response/event.ts';
import { textOf } from '../../../lib/json.ts';
import type { WireObject } from '../wire.ts';
import { findErrorIn } from './error.ts';
import { labelOf } from './speech.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  max_output_tokens: 'length',
  token_limit: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  safety: 'content_filter',
  recitation: 'content_filter',
  refusal: 'content_filter',
  prohibited_content: 'content_filter',
  guardrail_intervened: 'content_filter',
  error: 'error',
  failed: 'error',
  timeout: 'error',
  cancelled: 'error',
  // Claude's turn is not finished: a server tool waits to be continued.
  pause_turn: 'error',
  abort: 'error',
  network_error: 'error',
  insufficient_system_resource: 'error',
};

/** Returns the provider's finish reason; null = not finished. Some providers send the text `null` until then. */
export function finishWordOf({ finish_reason: reason }: WireObject): string | null {
  return reason === 'null' ? null : labelOf(reason);
}

/** Returns the unified reason; undefined = unknown. */
export function reasonIn(table: Readonly<Record<string, FinishReason>>, word: string): FinishReason | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** Creates the end of a choice. An unknown reason becomes `stop` and is passed on as `native_finish_reason`. */
export function choiceEnd(choice: number, nativeReason: string, reason: FinishReason | undefined): ChoiceEndEvent {
  const event: ChoiceEndEvent = { type: 'choice-end', choice, reason: reason ?? 'stop', nativeReason };
  if (reason === undefined) event.isGuess = true;
  return event;
}

/** The end of a choice with the stop sequence that ended it; null = none, or not known. */
export function withStopSequence(event: ChoiceEndEvent, stopSequence: string | null): ChoiceEndEvent {
  return stopSequence === null ? event : { ...event, stopSequence };
}

/** Returns how a choice ended, or the error that its finish reason means. `native` is that reason. */
export function readFinish(choice: WireObject, index: number, native: string): ChoiceEndEvent | ChoiceErrorEvent {
  const nativeReason = textOf(choice.native_finish_reason) ?? native;
  const reason = reasonIn(FINISH, native.toLowerCase()); // gateways pass the words of Google and Cohere on
  if (reason !== 'error') {
    return withStopSequence(choiceEnd(index, nativeReason, reason), reason === 'stop' ? stopSequenceIn(choice) : null);
  }
  const found = findErrorIn({ error: choice.error });
  const error = found ?? new RouterError('provider_unavailable', `the upstream ended the answer with finish reason "${nativeReason}"`);
  return { type: 'choice-error', choice: index, error: error.with({ nativeFinishReason: nativeReason }) };
}

/**
 * Which stop sequence ended a choice: `stop_reason` of vLLM, `matched_stop` of SGLang, both a number where a token did (API references,
 * read 2026-11). A word of the table is a finish reason under another name.
 */
function stopSequenceIn({ stop_reason: reason, matched_stop: matched }: WireObject): string | null {
  const text = textOf(reason) ?? textOf(matched);
  return text === null || Object.hasOwn(FINISH, text.toLowerCase()) ? null : text;
}
