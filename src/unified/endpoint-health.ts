/**
 * Types for the health of endpoints, shared by routing, the pipeline and the API. The effect of an outcome is in
 * `state/circuit-breaker.ts`.
 */

/** Returns the name of an endpoint that a provider file lists. Unambiguous, because slugs contain no blanks. */
export const endpointName = (providerSlug: string, modelId: string): string => `${providerSlug} ${modelId}`;

const UNLISTED = '~';

/** Returns the name of an endpoint whose model id comes from a client and is in no provider file. */
export const unlistedName = (providerSlug: string, modelId: string): string => UNLISTED + endpointName(providerSlug, modelId);

/** True when a provider file lists the endpoint. Unlisted endpoints have separate bounds, so invented ids displace no listed one. */
export const isListed = (endpoint: string): boolean => !endpoint.startsWith(UNLISTED);

/**
 * How one attempt ended:
 * - `success`: the answer is complete.
 * - `failure`: fault of the endpoint: unreachable, cut, past its deadline, or its own error (401, 402, 404, 5xx).
 * - `limited`: a rate limit (429). It does not mean poor health, so it is counted separately.
 *
 * An error caused by the request (400, 413, 422, a policy) is not reported, and neither is a client disconnect.
 */
export type OutcomeKind = 'success' | 'failure' | 'limited';

/** The result of one attempt. */
export type Outcome = {
  /** When it ended, in milliseconds since 1970. */
  atMs: number;
  kind: OutcomeKind;
  /** Milliseconds from sending to the first content; null = no content. */
  firstContentMs: number | null;
  /** Completion tokens per second, after the first content; null = not measured. */
  tokensPerSecond: number | null;
  /** Wait requested by the provider (`Retry-After`), in milliseconds; for `limited` and `failure`. */
  retryAfterMs?: number;
};

/**
 * Values reached or bettered by 50, 75, 90 and 99 % of the answers. They rise for durations and fall for speeds: the p90 of a speed is the
 * speed that 90 % of the answers had at least.
 */
export type Percentiles = { p50: number; p75: number; p90: number; p99: number };

/** Health of one endpoint. Counts and speeds cover the last five minutes. */
export type EndpointHealth = {
  /**
   * State of the circuit breaker:
   * - `closed`: the endpoint is used. Also for an unknown endpoint.
   * - `open`: not used before `untilMs`, except as a last resort. Also while a probe runs.
   * - `half-open`: the pause is over; the request that gets `claimProbe` may try it.
   */
  state: 'closed' | 'open' | 'half-open';
  /** End of `open`, in milliseconds since 1970; null in the other states. */
  untilMs: number | null;
  /** Complete answers. */
  successes: number;
  failures: number;
  /** Attempts that were rate-limited; not in the other counts. */
  limited: number;
  /** Successes among successes and failures, 0 to 1; null when there was neither. */
  uptime: number | null;
  /** Milliseconds, within 9 % of the measurements; null = no measurements. */
  firstContentMs: Percentiles | null;
  /** Tokens per second, within 9 % of the measurements; null = no measurements. */
  tokensPerSecond: Percentiles | null;
};

/** Records the health of endpoints. No method waits. Each tenant has its own view: `state/tenants.ts`. */
export interface HealthTracker {
  /** Returns the health of an endpoint, without changing it. */
  healthOf(endpoint: string): EndpointHealth;
  /** Claims the probe of a half-open endpoint. True = the caller probes and must report the outcome. False = no probe needed, or already claimed. */
  claimProbe(endpoint: string): boolean;
  /** Records the outcome of an attempt. The first report after a claim is the outcome of the probe. */
  report(endpoint: string, outcome: Outcome): void;
}
