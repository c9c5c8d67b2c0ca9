/**
 * Applies soft preferences about speed (`provider.preferred_min_throughput`, `provider.preferred_max_latency`) to measurements, and reports
 * preferences without measurements. They reorder endpoints and never remove one. Pure.
 */
import type { Adjustment } from '../unified/adjustment.ts';
import type { Percentiles, EndpointHealth } from '../unified/endpoint-health.ts';
import { sortOf, type Preferences, type Sort } from '../unified/request/preferences.ts';

type Cutoff = Preferences['preferred_max_latency'];

/** Returns 0 = meets all, 1 = not measured, 2 = misses one. Latency is requested in seconds and measured in milliseconds. */
export function speedTier(preferences: Preferences, endpointHealth: EndpointHealth): 0 | 1 | 2 {
  const { preferred_min_throughput: throughput = null, preferred_max_latency: latency = null } = preferences;
  if (throughput === null && latency === null) return 0;
  const { firstContentMs, tokensPerSecond } = endpointHealth;
  const isFast = meets(throughput, tokensPerSecond, (measured, bound) => measured >= bound);
  const isPrompt = meets(latency, firstContentMs, (measured, bound) => measured <= bound * 1000);
  if (isFast === false || isPrompt === false) return 2;
  return isFast === null || isPrompt === null ? 1 : 0;
}

/** Returns null when not measured. */
function meets(cutoff: Cutoff, measured: Percentiles | null, isGood: (value: number, bound: number) => boolean): boolean | null {
  const bounds = boundsOf(cutoff);
  if (bounds.length === 0) return true;
  return measured && bounds.every(([percentile, bound]) => isGood(measured[percentile], bound));
}

/** Returns the bounds. A number is a bound on the median; all bounds must hold. */
function boundsOf(cutoff: Cutoff): [keyof Percentiles, number][] {
  if (cutoff === undefined || cutoff === null) return [];
  const bounds = typeof cutoff === 'number' ? { p50: cutoff } : cutoff;
  return (['p50', 'p75', 'p90', 'p99'] as const).flatMap((percentile) => {
    const bound = bounds[percentile] ?? null;
    return bound === null ? [] : [[percentile, bound]];
  });
}

/** True when some endpoint has data for this sort order. */
export function canDecide(sort: Sort | null, endpointHealths: readonly EndpointHealth[]): boolean {
  if (sort === 'throughput') return endpointHealths.some(({ tokensPerSecond }) => tokensPerSecond !== null);
  if (sort === 'latency') return endpointHealths.some(({ firstContentMs }) => firstContentMs !== null);
  return sort === 'price';
}

/** Reports speed preferences that have no effect because no endpoint has measurements. */
export function unmeasuredPreferences(
  preferences: Preferences,
  suffixSort: Sort | null,
  endpointHealths: readonly EndpointHealth[],
): Adjustment[] {
  const unmeasured = 'nothing has been measured for these endpoints yet, so it cannot decide';
  const adjustments: Adjustment[] = [];
  const own = sortOf(preferences);
  const sort = own ?? suffixSort;
  if (sort !== null && !canDecide(sort, endpointHealths)) {
    const reason = sort === 'exacto' ? 'quality is not measured here, so it cannot decide' : unmeasured;
    adjustments.push({ param: own === null ? 'model' : 'provider.sort', action: 'dropped', from: sort, reason });
  }
  for (const [name, measure] of [
    ['preferred_min_throughput', 'throughput'],
    ['preferred_max_latency', 'latency'],
  ] as const) {
    if (boundsOf(preferences[name]).length > 0 && !canDecide(measure, endpointHealths))
      adjustments.push({ param: `provider.${name}`, action: 'dropped', reason: unmeasured });
  }
  return adjustments;
}
