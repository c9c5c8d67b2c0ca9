/**
 * Decides what follows an attempt that failed before its first content: the same endpoint once more, the next one, or nothing. Pure: the
 * attempts and their errors are the input, the next step is the output. `attempts/attempt-queue.ts` makes the attempts.
 *
 * Another provider of the same model is called at once. Before another model is called, the endpoint that failed gets one more try after
 * a 5xx, a broken connection or a 429, unless its `Retry-After` is above 10 s; never after a timeout, nor while its circuit is open: a
 * probe is one call.
 */
import type { LazyList } from '../lib/lazy-list.ts';
import type { RouterError } from '../unified/error.ts';
import { consequenceOf, type ErrorMeaning } from '../unified/meaning.ts';
import type { PlannedCall } from '../routing/plan.ts';

/** Longest `Retry-After` that is waited for. */
const MAX_WAIT_MS = 10_000;

/** The backoff before the same endpoint is called again: this, and up to as much again as jitter. */
const PAUSE_MS = 250;

/** The backoff after a 429 without a `Retry-After`. */
const RATE_LIMIT_PAUSE_MS = 1000;

/**
 * Class of a failure for the next attempt. `final`: every endpoint would refuse the request. `endpoint`: this endpoint will not serve it.
 * `context`: the prompt is too long for this one. `transient`: the same endpoint may serve it later.
 */
export type FailureClass = 'final' | 'endpoint' | 'context' | 'transient';

/** Meanings that another key or another endpoint may fix, and the same one after a pause. */
const TRANSIENT: ReadonlySet<ErrorMeaning> = new Set(['rate-limited', 'overloaded', 'timeout', 'provider-fault']);

/** Classifies a failure by its meaning. */
export function classify({ meaning }: RouterError): FailureClass {
  const { next } = consequenceOf(meaning);
  if (next === 'none') return 'final';
  if (next === 'larger') return 'context';
  return TRANSIENT.has(meaning) ? 'transient' : 'endpoint';
}

/** The planned calls, in order. */
type Calls = Pick<LazyList<PlannedCall>, 'at'>;

/** One attempt that failed: which of the planned calls it was, and whether the circuit of its endpoint is open. */
export type FailedAttempt = { call: number; error: RouterError; isSetAside?: boolean };

/** The next attempt: which of the planned calls, and after how long. */
export type NextAttempt = { call: number; afterMs: number };

/**
 * The next attempt, or null when there is none to make.
 *
 * @param random from 0 to below 1: the jitter of the pause.
 */
export function nextAttempt(calls: Calls, failed: readonly FailedAttempt[], random: number): NextAttempt | null {
  const last = failed.at(-1);
  if (last === undefined) return calls.at(0) === undefined ? null : { call: 0, afterMs: 0 };
  if (hasFinal(failed)) return null;
  const kind = classify(last.error);
  const next = nextWorthTrying(calls, failed, []);
  if (next !== null && modelOf(calls, next) === modelOf(calls, last.call)) return { call: next, afterMs: 0 };
  const isOpen = next !== null && isCircuitOpen(last);
  const pauseMs = kind === 'transient' && !isOpen ? pauseBeforeSame(last, failed, random) : null;
  if (pauseMs !== null) return { call: last.call, afterMs: pauseMs };
  return next === null ? null : { call: next, afterMs: 0 };
}

/** The call to make beside those that are under way and silent; null = none. */
export function nextBeside(calls: Calls, failed: readonly FailedAttempt[], underWay: readonly { call: number }[]): number | null {
  return hasFinal(failed) ? null : nextWorthTrying(calls, failed, underWay);
}

/**
 * Whether the endpoint whose answer broke off may be called once more, after all others.
 *
 * @param made how often it was called, and with how many keys it can be.
 */
export function mayRepeat(error: RouterError, made: { tries: number; keys: number }): boolean {
  const mayServe = error.type !== 'timeout' && (classify(error) === 'transient' || made.keys > 1);
  return mayServe && made.tries < 2;
}

const hasFinal = (failed: readonly FailedAttempt[]): boolean => failed.some(({ error }) => classify(error) === 'final');

/** The first call that is not under way and worth trying. Calls after it are not looked at. */
function nextWorthTrying(calls: Calls, failed: readonly FailedAttempt[], underWay: readonly { call: number }[]): number | null {
  for (let index = 0; calls.at(index) !== undefined; index++)
    if (!underWay.some(({ call }) => call === index) && isWorthTrying(index, calls, failed)) return index;
  return null;
}

/** Not tried yet, and, after a prompt that was too long, known to take more or of another model. */
function isWorthTrying(index: number, calls: Calls, failed: readonly FailedAttempt[]): boolean {
  if (failed.some(({ call }) => call === index)) return false;
  return failed.every(({ call, error }) => classify(error) !== 'context' || takesMore(calls, index, call));
}

function takesMore(calls: Calls, index: number, tooSmall: number): boolean {
  const [more, less] = [index, tooSmall].map((place) => calls.at(place)?.candidate.offering?.contextTokens ?? null);
  if (more != null && less != null) return more > less;
  return modelOf(calls, index) !== modelOf(calls, tooSmall);
}

const modelOf = (calls: Calls, index: number) => calls.at(index)?.candidate.offering?.slug ?? calls.at(index)?.candidate.requested;

/** Its circuit is open after failures. An endpoint that stated a `Retry-After` is worth that wait. */
const isCircuitOpen = ({ isSetAside = false, error }: FailedAttempt): boolean =>
  isSetAside && error.meaning !== 'rate-limited' && error.details.retryAfterSeconds === undefined;

/** Milliseconds before the endpoint that failed is called once more; null when it is not. */
function pauseBeforeSame(last: FailedAttempt, failed: readonly FailedAttempt[], random: number): number | null {
  if (last.error.type === 'timeout' || failed.filter(({ call }) => call === last.call).length > 1) return null;
  const jitter = (ms: number) => Math.round(ms * (1 + random));
  const seconds = last.error.details.retryAfterSeconds;
  if (seconds === undefined) return jitter(last.error.meaning === 'rate-limited' ? RATE_LIMIT_PAUSE_MS : PAUSE_MS);
  return seconds * 1000 <= MAX_WAIT_MS ? seconds * 1000 + Math.round(random * PAUSE_MS) : null;
}
