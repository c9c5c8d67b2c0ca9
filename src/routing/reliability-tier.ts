/** Classifies the recent reliability of an endpoint, for ordering. Reads its health from `state/circuit-breaker.ts`. Pure. */
import type { EndpointHealth } from '../unified/endpoint-health.ts';

/** Uptime bounds of the tiers (the bounds that OpenRouter states to providers, read 2026-08-22). */
const GOOD_UPTIME = 0.95;
const POOR_UPTIME = 0.8;

/** Returns 0 for an uptime from 95 %, 1 from 80 %, 2 below 80 %. One failure alone counts as 0, and so does half-open: a probe needs a request. */
export function reliabilityTier({ state, uptime, failures }: EndpointHealth): 0 | 1 | 2 {
  if (state === 'half-open' || uptime === null || uptime >= GOOD_UPTIME || failures < 2) return 0;
  return uptime >= POOR_UPTIME ? 1 : 2;
}
