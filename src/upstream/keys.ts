/** Which key a call is sent with: a list of keys is used in turn. Knows no scheme; how a key is sent is `auth/`. */
import type { Access } from '../ports.ts';
import type { Credentials } from './auth/index.ts';

/** What the simulator is given instead of a key. No ordinary word: a key is masked in whatever an upstream says. */
const SIMULATED_KEY = 'simulated-key';

/** How often each list of keys has been used. One isolate's memory is enough, fairness is not a promise. */
const turns = new Map<string, number>();

/** The credentials of the next call to a provider; null where there is no key, or none is wanted. */
export function nextCredentials({ auth, keys, variables, simulated }: Access): Credentials | null {
  if (auth.scheme === 'none') return null;
  if (simulated) return { key: SIMULATED_KEY, variables };
  const turn = turns.get(auth.secret) ?? 0;
  const key = keys[turn % Math.max(1, keys.length)];
  if (key === undefined) return null;
  turns.set(auth.secret, turn + 1);
  return { key, variables };
}
