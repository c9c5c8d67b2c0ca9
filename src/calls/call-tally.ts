/** The upstream calls of one attempt, as they are counted while it runs. */
import type { RouterError } from '../unified/error.ts';
import { sumUsage, type Usage } from '../unified/response/usage.ts';

/** HTTP status of an upstream that answers. */
export const ANSWERED = 200;

/** A call that was made again with another key. `status` is that of the upstream; null = the key could not be sent. */
export type RefusedKey = { error: RouterError; status: number | null };

/** Upstream calls of one attempt. */
export type CallTally = {
  /** How many were made. */
  calls: number;
  /** Those of them that were made again with another key of the provider. */
  refusedKeys: RefusedKey[];
  /** Returns what a call has cost so far, for each call that was answered; null = nothing: no content came, and no usage was reported. */
  bills: (() => Usage | null)[];
};

/** No call yet. */
export const createTally = (): CallTally => ({ calls: 0, refusedKeys: [], bills: [] });

/** What the calls of these attempts have cost together; null = nothing. */
export function billOf(tallies: readonly CallTally[]): Usage | null {
  const bills = tallies.flatMap(({ bills: own }) => own.flatMap((bill) => bill() ?? []));
  return sumUsage(bills, bills.length);
}
