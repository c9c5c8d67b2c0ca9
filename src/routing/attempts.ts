/**
 * What to do when an attempt has failed before its first content: the same endpoint once more, the next one, or nothing. Pure: what
 * was tried and what came of it goes in, the next step comes out. Making the attempts is `pipeline/attempts.ts`.
 *
 * Another provider of the same model is asked at once. Before another model is asked, the endpoint that failed gets one more try after
 * a 5xx or a broken connection, or after a 429 whose `Retry-After` is short; never after a timeout.
 */
import { isObject } from '../unified/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { PlannedCall } from './plan.ts';

/** Longest `Retry-After` that is waited for. */
const MAX_WAIT_MS = 10_000;

/** A pause before the same endpoint is asked again: this, and up to as much again, so that many clients do not come at once. */
const PAUSE_MS = 250;

/** A pause after a 429 that does not say how long. */
const RATE_LIMIT_PAUSE_MS = 1000;

/**
 * What a failure says about the next attempt. `final`: the request is at fault, and every endpoint would say so. `endpoint`: this
 * endpoint will not do it (its key, its account, its list of models). `context`: too long for this one. `transient`: try again.
 */
export type FailureClass = 'final' | 'endpoint' | 'context' | 'transient';

/** Statuses of 4xx that say "not now". */
const NOT_NOW = new Set([408, 409, 425, 429]);

/** Statuses of 4xx that speak of the router's standing with this provider, and not of the request. */
const NOT_HERE = new Set([401, 402, 403, 404]);

/** Judges a failure. */
export function classify(error: RouterError): FailureClass {
  if (error.type === 'context_length_exceeded') return 'context';
  const status = upstreamStatus(error);
  if (status !== null && NOT_HERE.has(status)) return error.type === 'content_policy_violation' ? 'final' : 'endpoint';
  if (status !== null && status < 400) return 'endpoint'; // a redirect
  if (status !== null) return status >= 500 || NOT_NOW.has(status) ? 'transient' : 'final';
  // No status: the connection, a deadline, or an error inside an answer.
  return error.retryable ? 'transient' : 'final';
}

/** The HTTP status of the upstream's refusal; null when there was none. */
export function upstreamStatus({ details: { raw } }: RouterError): number | null {
  return isObject(raw) && typeof raw.status === 'number' ? raw.status : null;
}

/** One attempt that failed: which of the planned calls it was. */
export type FailedAttempt = { call: number; error: RouterError };

/** The next attempt: which of the planned calls, and after how long. */
export type NextAttempt = { call: number; afterMs: number };

/**
 * The next attempt, or null when there is none to make.
 *
 * @param random from 0 to below 1: the jitter of the pause.
 */
export function nextAttempt(calls: readonly PlannedCall[], failed: readonly FailedAttempt[], random: number): NextAttempt | null {
  const last = failed.at(-1);
  if (last === undefined) return calls.length === 0 ? null : { call: 0, afterMs: 0 };
  const kind = classify(last.error);
  if (kind === 'final') return null;
  if (hasAnotherKey(calls, failed, last)) return { call: last.call, afterMs: 0 };
  const next = calls.map((_, index) => index).find((index) => isWorthTrying(index, calls, failed));
  if (next !== undefined && modelOf(calls, next) === modelOf(calls, last.call)) return { call: next, afterMs: 0 };
  const pauseMs = kind === 'transient' ? pauseBeforeSame(last, failed, random) : null;
  if (pauseMs !== null) return { call: last.call, afterMs: pauseMs };
  return next === undefined ? null : { call: next, afterMs: 0 };
}

/** A key that was refused or used up is no fault of its endpoint while there are others. */
function hasAnotherKey(calls: readonly PlannedCall[], failed: readonly FailedAttempt[], last: FailedAttempt): boolean {
  const status = upstreamStatus(last.error);
  const keys = calls[last.call]?.access.keys.length ?? 0;
  return (status === 401 || status === 429) && failed.filter(({ call }) => call === last.call).length < keys;
}

/** Not tried yet, and, after a prompt that was too long, known to take more or of another model. */
function isWorthTrying(index: number, calls: readonly PlannedCall[], failed: readonly FailedAttempt[]): boolean {
  if (failed.some(({ call }) => call === index)) return false;
  return failed.every(({ call, error }) => classify(error) !== 'context' || takesMore(calls, index, call));
}

function takesMore(calls: readonly PlannedCall[], index: number, tooSmall: number): boolean {
  const [more, less] = [index, tooSmall].map((place) => calls[place]?.candidate.offering?.contextTokens ?? null);
  if (more != null && less != null) return more > less;
  return modelOf(calls, index) !== modelOf(calls, tooSmall);
}

const modelOf = (calls: readonly PlannedCall[], index: number) =>
  calls[index]?.candidate.offering?.slug ?? calls[index]?.candidate.requested;

/** Milliseconds before the endpoint that failed is asked once more; null when it is not. */
function pauseBeforeSame(last: FailedAttempt, failed: readonly FailedAttempt[], random: number): number | null {
  if (last.error.type === 'timeout' || failed.filter(({ call }) => call === last.call).length > 1) return null;
  const jitter = (ms: number) => Math.round(ms * (1 + random));
  if (upstreamStatus(last.error) !== 429) return jitter(PAUSE_MS);
  const seconds = last.error.details.retryAfterSeconds;
  if (seconds === undefined) return jitter(RATE_LIMIT_PAUSE_MS);
  return seconds * 1000 <= MAX_WAIT_MS ? seconds * 1000 + Math.round(random * PAUSE_MS) : null;
}
