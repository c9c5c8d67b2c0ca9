/** Chooses the keys of one upstream call: each is tried once, the best first. `auth/` sends them. */
import type { Access, KeyHealth, KeyUse } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { consequenceOf, type ErrorMeaning } from '../unified/meaning.ts';
import type { Credentials } from './auth/index.ts';

/** The key sent to the simulator. Not an ordinary word, because keys are masked in every answer. */
const SIMULATED_KEY = 'simulated-key';

/** The keys of one call. Which were tried is local to the call, so parallel calls do not affect each other. */
export interface CallKeys {
  /** Returns the credentials of the next try. Null when there is no key, or none is required. */
  next(): Credentials | null;
  /**
   * Reports that the last try failed. `hasMore`: another key may succeed. `error`: of all tries so far, the error that best predicts when
   * the call may succeed.
   */
  refuse(error: RouterError): { hasMore: boolean; error: RouterError };
  /** Reports that the last try worked. */
  accept(): void;
}

/** Whose keys are used. `model` is the name of the endpoint (`unified/endpoint-health.ts`), which shows whether it is listed. */
export type KeyOwner = { access: Access; provider: string; model: string };

/** Ports of {@link createCallKeys}. */
export type KeyPorts = { clock: Pick<Clock, 'nowMs'>; keyHealth: KeyHealth };

/** Creates the keys of one call. */
export function createCallKeys({ access, provider, model }: KeyOwner, { clock, keyHealth }: KeyPorts): CallKeys {
  const { auth, keys, variables, isSimulated: simulated } = access;
  if (auth.scheme === 'none') return singleKey(null);
  if (simulated) return singleKey({ key: SIMULATED_KEY, variables });
  const [only] = keys;
  if (only === undefined) return singleKey(null);
  if (keys.length === 1) return singleKey({ key: only, variables });

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
      const key = keyHealth.pick(provider, model, untried);
      if (key === null) return null;
      untried = untried.filter((one) => one !== key);
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
      return { hasMore: untried.length > 0, error: best };
    },
    accept,
  };
}

/** For a call with at most one key. */
const singleKey = (credentials: Credentials | null): CallKeys => ({
  next: () => credentials,
  refuse: (error) => ({ hasMore: false, error }),
  accept: () => undefined,
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
