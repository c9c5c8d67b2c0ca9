/** What an account has spent, and what is left of its limits. */
import type { KeyLimit } from './key-record.ts';

/** USD: in all, and in this day, week (from Monday) and month of UTC. */
export type Spent = Readonly<{ totalUsd: number; dayUsd: number; weekUsd: number; monthUsd: number }>;

/** The state of one limit. `used` and `reserved` in its own unit: USD or a count. */
export type LimitState = Readonly<{
  limit: KeyLimit;
  /** Spent in this window. */
  used: number;
  /** Held by requests in progress. */
  reserved: number;
  /** End of this window, in milliseconds since 1970. Null = it has none. */
  resetsMs: number | null;
}>;

/** The state of an account. */
export type AccountUsage = Readonly<{
  spent: Spent;
  /** With the caller's own provider keys; not in `spent`. */
  byokSpent: Spent;
  /** One for each entry of the key's `limits`, in the same order. */
  limits: readonly LimitState[];
}>;
