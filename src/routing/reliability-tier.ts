/** How much recent trouble an endpoint has had, for ordering: read from its standing, which is kept in `state/circuit-breaker.ts`. Pure. */
import type { EndpointHealth } from '../unified/endpoint-health.ts';

/** How far below 1 an uptime is trouble, and how far it is big trouble (the bounds OpenRouter names to providers, read 2026-08-22). */
const GOOD_UPTIME = 0.95;
const POOR_UPTIME = 0.8;

/** 0 = without recent trouble, 1 = with some, 2 = with much. One failure alone is none. What is to be probed must be asked to be trusted. */
export function reliabilityTier({ state, uptime, failures }: EndpointHealth): 0 | 1 | 2 {
  if (state === 'half-open' || uptime === null || uptime >= GOOD_UPTIME || failures < 2) return 0;
  return uptime >= POOR_UPTIME ? 1 : 2;
}
