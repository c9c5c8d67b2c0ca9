/** The upstream calls of one attempt, counted while it runs. */
import type { JsonObject } from '../lib/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { RateLimit } from '../unified/rate-limits.ts';
import { sumUsage, type Usage } from '../unified/response/usage.ts';

/** HTTP status of an upstream that answers. */
export const ANSWERED = 200;

/** A call that was made again with another key. `status` is that of the upstream; null = the key could not be sent. */
export type RefusedKey = { error: RouterError; status: number | null };

/** The same with its times, in milliseconds since 1970. */
type TimedRefusal = RefusedKey & { sentMs: number; endedMs: number };

/** A call that was answered. */
export interface UsageSource {
  /** Returns what the call has cost so far; null = nothing: no content came, and no usage was reported. */
  estimate(): Usage | null;
}

/** Upstream calls of one attempt. */
export type CallTally = {
  /** How many were made. */
  calls: number;
  /** Those of them that were made again with another key of the provider. */
  refusedKeys: TimedRefusal[];
  /** When the last of them was sent, in milliseconds since 1970. */
  sentMs: number;
  /** Those of them that were answered. */
  billed: UsageSource[];
  /** Bodies that were sent, each once: a call with another key has the same one. */
  bodies: Set<JsonObject>;
  /** Limits of the provider's account, as the answer that came last states them. */
  rateLimits: readonly RateLimit[];
};

/** No call yet. */
export const createTally = (): CallTally => ({ calls: 0, refusedKeys: [], sentMs: 0, billed: [], rateLimits: [], bodies: new Set() });

/** What the calls of these attempts have cost together; null = nothing. */
export function billOf(tallies: readonly CallTally[]): Usage | null {
  const bills = tallies.flatMap(({ billed }) => billed.flatMap((call) => call.estimate() ?? []));
  return sumUsage(bills, bills.length);
}
