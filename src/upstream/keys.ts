/** Chooses the keys of one upstream call: each is tried once, the best first. `auth/` sends them. */
import { once } from '../lib/memoize.ts';
import type { Access, KeyHealth, KeyRates, KeyUse } from '../ports.ts';
import { keyLimitsVariable } from '../registry/provider.ts';
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { consequenceOf, type ErrorMeaning } from '../unified/meaning.ts';
import type { Credentials } from './auth/index.ts';

/** The key sent to the simulator. Not an ordinary word, because keys are masked in every answer. */
const SIMULATED_KEY = 'simulated-key';

/** The keys of one call. Which were tried is local to the call, so parallel calls do not affect each other. */
export interface CallKeys {
  /**
   * Returns the credentials of the next try. Null when there is no key, or none is required.
   *
   * @throws RouterError `rate-limited` where every key is at a limit of the operator.
   */
  next(): Credentials | null;
  /**
   * Reports that the last try failed. `hasMore`: another key may succeed. `error`: of all tries so far, the error that best predicts when
   * the call may succeed.
   */
  refuse(error: RouterError): { hasMore: boolean; error: RouterError };
  /** Reports that the last try worked. */
  accept(): void;
  /** Reports how many tokens the last try took. */
  settle(tokens: number): void;
}

/**
 * Whose keys are used. `model` is the name of the endpoint (`unified/endpoint-health.ts`), which shows whether it is listed. `countTokens`
 * returns the tokens that the call is expected to take; called only where keys have limits.
 */
export type KeyOwner = { access: Access; provider: string; model: string; countTokens: () => number };

/** Ports of {@link createCallKeys}. */
export type KeyPorts = { clock: Pick<Clock, 'nowMs'>; keyHealth: KeyHealth; keyRates: KeyRates };

/** Creates the keys of one call. */
export function createCallKeys({ access, provider, model, countTokens }: KeyOwner, { clock, keyHealth, keyRates }: KeyPorts): CallKeys {
  const { auth, keys, keyLimits, variables, isSimulated: simulated } = access;
  if (auth.scheme === 'none') return singleKey(null);
  if (simulated) return singleKey({ key: SIMULATED_KEY, variables });
  const [only] = keys;
  if (only === undefined) return singleKey(null);
  if (keys.length === 1 && keyLimits === undefined) return singleKey({ key: only, variables });

  const limitsOf = (key: string) => keyLimits?.[keys.indexOf(key)];
  const tokens = once(countTokens);
  const waitMs = (key: string) => {
    const limits = limitsOf(key);
    return limits === undefined ? 0 : keyRates.waitMs({ provider, key, limits, tokens: tokens() });
  };
  const free = () => (keyLimits === undefined ? untried : untried.filter((key) => waitMs(key) === 0));
  let settle = (_tokens: number): void => undefined;

  let untried = keys;
  let use: KeyUse | null = null;
  let best: RouterError | null = null;
  /** Refusals that the request may have caused. They are reported when another key serves the same call. */
  const unproven: { use: KeyUse; error: RouterError }[] = [];

  function accept(): void {
    if (use === null) return;
    keyHealth.reportSuccess(use);
    for (const refusal of unproven.splice(0)) keyHealth.reportRefusal(refusal.use, refusal.error);
  }

  return {
    next() {
      const key = keyHealth.pick({ provider, model, keys: free(), weightOf: (one) => limitsOf(one)?.weight ?? 1 });
      if (key === null) {
        if (keyLimits === undefined) return null;
        throw createLimitError(Math.min(...keys.map(waitMs)), access);
      }
      untried = untried.filter((one) => one !== key);
      const limits = limitsOf(key);
      settle = limits === undefined ? settle : keyRates.take({ provider, key, limits, tokens: tokens() });
      use = { provider, model, key, startedMs: clock.nowMs() };
      return { key, variables };
    },
    refuse(error) {
      const { next } = consequenceOf(error.meaning);
      if (next === 'none' || next === 'larger') accept(); // the provider rejected the request, not the key
      if (next !== 'key') return { hasMore: false, error };
      if (use !== null && KEY_MEANINGS.has(error.proven)) keyHealth.reportRefusal(use, error);
      else if (use !== null) unproven.push({ use, error });
      best = best === null ? error : pickMoreHopeful(best, error);
      return { hasMore: free().length > 0, error: best };
    },
    accept,
    settle: (taken) => settle(taken),
  };
}

/** The error of a call for which every key is at a limit of the operator. @param waitMs Infinity = the call alone is above them. */
function createLimitError(waitMs: number, { auth }: Access): RouterError {
  const variable = keyLimitsVariable(auth);
  if (waitMs === Infinity)
    return new RouterError('payload_too_large', `This request has more tokens than any key may take in a minute (${variable}).`, {
      meaning: 'above-rate-limit',
    });
  return new RouterError(
    'rate_limit_exceeded',
    `Every key of this provider has reached the limits that this router keeps to (${variable}).`,
    {
      meaning: 'rate-limited',
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    },
  );
}

/** For a call with at most one key, without limits. */
const singleKey = (credentials: Credentials | null): CallKeys => ({
  next: () => credentials,
  refuse: (error) => ({ hasMore: false, error }),
  accept: () => undefined,
  settle: () => undefined,
});

/** Meanings that concern the key itself. A 403 or 404 may be caused by the request: a firewall, an unknown model. */
const KEY_MEANINGS: ReadonlySet<ErrorMeaning> = new Set(['bad-key', 'no-money', 'rate-limited']);

/** Meanings of refusals, ordered by how soon they are likely to end. */
const BY_SOONEST_END: readonly ErrorMeaning[] = [
  'rate-limited',
  'above-rate-limit',
  'no-such-model',
  'not-permitted',
  'no-money',
  'bad-key',
];

function pickMoreHopeful(one: RouterError, other: RouterError): RouterError {
  const wait = ({ details }: RouterError) => details.retryAfterSeconds ?? 0;
  const difference = BY_SOONEST_END.indexOf(other.meaning) - BY_SOONEST_END.indexOf(one.meaning) || wait(other) - wait(one);
  return difference < 0 ? other : one;
}
