/** Writes one line of JSON for each generation to the operator's log. Without content, keys, or addresses. */
import { accountLabel } from '../../accounts/caller.ts';
import type { ObservedGeneration } from '../../accounts/telemetry.ts';

/** Which generations are written: all, those that failed, or none. */
export type LogChoice = 'generations' | 'errors' | 'off';

/** Longest text of one field, in characters: a whole line stays below the longest line of the log. */
const MAX_TEXT = 200;

const short = (text: string | null): string | null => (text === null || text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`);

/** Returns a function that writes generations as lines. @param write masks, escapes and writes a line. */
export function createGenerationLog(choice: Exclude<LogChoice, 'off'>, write: (line: string) => void): (one: ObservedGeneration) => void {
  return (one) => {
    if (choice === 'generations' || one.record.errorType !== null) write(JSON.stringify(lineOf(one)));
  };
}

/** Fields of a line. Null = not known. */
function lineOf({ record, caller, trace, attempts }: ObservedGeneration): Readonly<Record<string, string | number | boolean | null>> {
  const { usage } = record;
  return {
    event: 'generation',
    id: record.id,
    account: accountLabel(caller.account),
    format: record.format,
    model: short(record.model),
    model_asked: short(record.modelAsked),
    provider: record.provider,
    attempts: attempts.length,
    status: record.status,
    error: record.errorType,
    finish: record.finishReason,
    streamed: record.streamed,
    cancelled: record.cancelled,
    ms: record.durationMs,
    ttft_ms: record.latencyMs,
    prompt_tokens: usage?.promptTokens ?? null,
    completion_tokens: usage?.completionTokens ?? null,
    cached_tokens: usage?.cachedTokens ?? null,
    cost_usd: usage?.costUsd ?? null,
    adjustments: record.adjustments,
    cache: record.cache ?? null,
    session: short(record.session),
    user: short(record.user),
    trace: trace?.traceId ?? null,
  };
}
