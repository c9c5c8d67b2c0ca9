/** Determines when a provider may be called again, from the headers and the body of its error. */
import type { ErrorFacts } from '../unified/error-facts.ts';
import type { ErrorMeaning } from '../unified/meaning.ts';
import { secondsInText, secondsUntil } from '../unified/retry-time.ts';

/** The parts of an error. `headers` is null for an error inside an answer. */
export type RetrySource = { headers: Headers | null; facts: ErrorFacts | null; meaning: ErrorMeaning; nowMs: number };

/**
 * Returns the seconds to wait, from 1 to 86,400; null when the provider sends none. The first of: `retry-after-ms` (Azure), `Retry-After`,
 * a time in the body (Google's RetryInfo, OpenRouter's `metadata.headers`), a time in the message, and, for a rate limit, the headers with
 * the reset times of limits.
 */
export function retryAfterSeconds({ headers, facts, meaning, nowMs }: RetrySource): number | null {
  const milliseconds = headers?.get('retry-after-ms');
  const named = [milliseconds == null ? null : `${milliseconds}ms`, headers?.get('retry-after'), ...(facts?.waits ?? [])];
  for (const value of named) {
    const seconds = value == null ? null : secondsUntil(value, nowMs);
    if (seconds !== null) return seconds;
  }
  if (meaning !== 'rate-limited' && meaning !== 'overloaded') return null;
  const stated = facts === null ? null : secondsInText(facts.text);
  return stated ?? (headers === null || meaning !== 'rate-limited' ? null : secondsUntilReset(headers, nowMs));
}

/**
 * Returns the longest time until an exhausted limit resets; of all limits when no header shows which are exhausted. Names differ:
 * `x-ratelimit-reset-tokens`, `anthropic-ratelimit-requests-reset`, `ratelimit-reset`. Each has a sibling with "remaining" for "reset".
 */
function secondsUntilReset(headers: Headers, nowMs: number): number | null {
  const [all, usedUp]: [number[], number[]] = [[], []];
  headers.forEach((value, name) => {
    const seconds = /rate-?limit/.test(name) && name.includes('reset') ? secondsUntil(value, nowMs) : null;
    if (seconds === null) return;
    all.push(seconds);
    const remaining = headers.get(name.replace('reset', 'remaining'));
    if (remaining !== null && Number(remaining) <= 0) usedUp.push(seconds);
  });
  const resets = usedUp.length > 0 ? usedUp : all;
  return resets.length === 0 ? null : Math.max(...resets);
}
