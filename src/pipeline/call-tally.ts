/** The upstream calls of one attempt, as they are counted while it runs. */
import type { RouterError } from '../unified/error.ts';

/** HTTP status of an upstream that answers. */
export const ANSWERED = 200;

/** A call that was made again with another key. `status` is that of the upstream; null = the key could not be sent. */
export type RefusedKey = { error: RouterError; status: number | null };

/** Upstream calls that were made, and those of them that were made again with another key of the provider. */
export type CallTally = { calls: number; refusedKeys: RefusedKey[] };

/** No call yet. */
export const createTally = (): CallTally => ({ calls: 0, refusedKeys: [] });
