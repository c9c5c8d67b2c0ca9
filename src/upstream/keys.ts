/** Keys of one upstream call: each is tried once, the best first. How a key is sent is `auth/`. */
import type { Access, KeyHealth, KeyUse } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { consequenceOf, type ErrorMeaning } from '../unified/meaning.ts';
import type { Credentials } from './auth/index.ts';

/** What the simulator is given instead of a key. No ordinary word: a key is masked in whatever an upstream says. */
const SIMULATED_KEY = 'simulated-key';

/** The keys of one call. What was tried is local to it, so calls that run at the same time do not disturb each other. */
export interface CallKeys {
  /** Credentials of the next try; null where there is no key, or none is wanted. */
  next(): Credentials | null;
  /**
   * The last try failed. `hasMore`: another key may succeed. `error`: of all tries so far the error that tells most about when the
   * call may succeed.
   */
  refuse(error: RouterError): { hasMore: boolean; error: RouterError };
  /** The last try worked. */
  accept(): void;
}

/** Who is called, for the state of its keys. `model`: the name of the endpoint (`unified/endpoint-health.ts`), which says whether it is listed. */
export type KeyOwner = { access: Access; provider: string; model: string };

/** What the keys of a call need of the world. */
export type KeyPorts = { clock: Pick<Clock, 'nowMs'>; keyHealth: KeyHealth };

/** The keys of one call. */
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
  /** Refusals that the request may have caused, until another key has served the same call. */
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
      if (next === 'none' || next === 'larger') accept(); // what the provider finds wrong is the request
      if (next !== 'key') return { hasMore: false, error };
      if (use !== null && CERTAIN.has(error.proven)) keyHealth.reportRefusal(use, error);
      else if (use !== null) unproven.push({ use, error });
      best = best === null ? error : moreHopeful(best, error);
      return { hasMore: untried.length > 0, error: best };
    },
    accept,
  };
}

/** A call for which there is nothing to choose. */
const singleKey = (credentials: Credentials | null): CallKeys => ({
  next: () => credentials,
  refuse: (error) => ({ hasMore: false, error }),
  accept: () => undefined,
});

/** Refusals of the key itself. A 403 or a 404 may come of what the caller sent: a firewall, a model that does not exist. */
const CERTAIN: ReadonlySet<ErrorMeaning> = new Set(['bad-key', 'no-money', 'rate-limited']);

/** Meanings of refusals, the one that ends first first. */
const BY_HOPE: readonly ErrorMeaning[] = ['rate-limited', 'above-rate-limit', 'no-such-model', 'not-permitted', 'no-money', 'bad-key'];

function moreHopeful(one: RouterError, other: RouterError): RouterError {
  const wait = ({ details }: RouterError) => details.retryAfterSeconds ?? 0;
  const difference = BY_HOPE.indexOf(other.meaning) - BY_HOPE.indexOf(one.meaning) || wait(other) - wait(one);
  return difference < 0 ? other : one;
}
