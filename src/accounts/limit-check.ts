/** Decides whether a request fits its limits. */
import type { Amounts } from './amounts.ts';
import { stateOf, type CountedLimit } from './counters.ts';
import type { LimitRefusal } from './lease.ts';

/**
 * Why a request does not fit; null = it does. Of several limits, one that is spent comes before one that is held, and the one that is free
 * last before the others.
 *
 * A limit of USD is not checked for a request that can cost nothing, nor any limit that a larger lease needs no more of.
 *
 * @param isLarger an open lease is made larger.
 */
export function refusalOf(
  limits: readonly CountedLimit[],
  { worst, more }: { worst: Amounts; more: Amounts },
  isLarger: boolean,
): LimitRefusal | null {
  let found: LimitRefusal | null = null;
  for (const counted of limits) {
    const limit = stateOf(counted);
    const [need, whole] = [more[limit.resource], worst[limit.resource]];
    if (limit.used + limit.held + need <= limit.max || (need === 0 && (isLarger || limit.resource === 'usd'))) continue;
    // An open lease frees what it holds and does not use, but always counts as a request.
    const mayFree = limit.resource !== 'requests' && limit.used + whole <= limit.max;
    const refusal: LimitRefusal = { reason: mayFree ? 'held' : 'spent', limit, worst: whole };
    if (found === null || rank(refusal) > rank(found)) found = refusal;
  }
  return found;
}

const rank = ({ reason, limit }: LimitRefusal): number => (reason === 'held' ? -1 : (limit.resetMs ?? Infinity));
