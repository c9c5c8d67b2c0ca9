/**
 * How an endpoint has been doing, in words that routing, the pipeline and the API share.
 * Words only: what follows from which outcome is `state/circuit-breaker.ts`.
 */

/** The name of an endpoint that a provider file lists. Slugs have no blanks, so it cannot be mistaken. */
export const endpointName = (providerSlug: string, modelId: string): string => `${providerSlug} ${modelId}`;

const UNLISTED = '~';

/** The name of an endpoint whose model id comes from a client: no provider file lists it. */
export const unlistedName = (providerSlug: string, modelId: string): string => UNLISTED + endpointName(providerSlug, modelId);

/** Whether a provider file lists the endpoint. Unlisted endpoints have bounds of their own, so that invented ids remove no listed one. */
export const isListed = (endpoint: string): boolean => !endpoint.startsWith(UNLISTED);

/**
 * How one attempt ended:
 * - `success`: it answered to the end.
 * - `failure`: the endpoint's own fault: not reached, cut, silent beyond its deadline, an error of its own (401, 402, 404, 5xx).
 * - `limited`: it said "not now" (429). No sign of poor health, so it is counted apart.
 *
 * An error that the request caused (400, 413, 422, a policy) is none of these and is not reported, nor is a client that left.
 */
export type OutcomeKind = 'success' | 'failure' | 'limited';

/** One attempt, over. */
export type Outcome = {
  /** When it ended, in milliseconds since 1970. */
  atMs: number;
  kind: OutcomeKind;
  /** From sending to the first content event, in milliseconds; null = there was none. */
  firstContentMs: number | null;
  /** Completion tokens per second, after the first content; null = not measured. */
  tokensPerSecond: number | null;
  /** How long the endpoint asked to be left alone (`Retry-After`), in milliseconds; belongs to a `limited` or a `failure`. */
  retryAfterMs?: number;
};

/**
 * What 50, 75, 90 and 99 of a hundred answers reached or bettered. Of a duration they rise; of a speed they fall, so that the p90 is
 * the speed that 90 of a hundred answers had at least.
 */
export type Percentiles = { p50: number; p75: number; p90: number; p99: number };

/** What is known of one endpoint. The counts and speeds are those of the last five minutes. */
export type EndpointHealth = {
  /**
   * - `trusted`: nothing speaks against it, or nothing is known of it.
   * - `aside`: not before `untilMs`; a last resort until then. Also while somebody probes it.
   * - `probe`: its pause is over, and one request may try it: whoever gets `claimProbe`.
   */
  state: 'closed' | 'open' | 'half-open';
  /** When `aside` ends, in milliseconds since 1970; null in the other states. */
  untilMs: number | null;
  /** Attempts that were answered. */
  successes: number;
  failures: number;
  /** Attempts that were turned away for now; in none of the other counts. */
  limited: number;
  /** Successes among successes and failures, 0 to 1; null when there was neither. */
  uptime: number | null;
  /** Milliseconds, within 9 % of what was measured; null when nothing was. */
  firstContentMs: Percentiles | null;
  /** Tokens per second, within 9 % of what was measured; null when nothing was. */
  tokensPerSecond: Percentiles | null;
};

/** The book that is kept of endpoints. No call waits for anything. Each tenant has a view of its own: `state/tenants.ts`. */
export interface HealthTracker {
  /** What is known of an endpoint. Changes nothing. */
  healthOf(endpoint: string): EndpointHealth;
  /** True = the caller is the one that probes; it must report how that went. False when there is nothing to probe or somebody does. */
  claimProbe(endpoint: string): boolean;
  /** An attempt is over. The first report after a claim is taken for the probe's. */
  report(endpoint: string, outcome: Outcome): void;
}
