/** Queries of the ledger and their results. Plain objects: they pass between isolates. Later versions only add fields. */
import type { LedgerRow } from './ledger-row.ts';
import type { Measures } from './measures.ts';

/** Which rows are read. Null = any. */
export type LedgerFilter = Readonly<{
  /** From when on, in milliseconds since 1970. */
  fromMs: number;
  /** Until before when. */
  toMs: number;
  model: string | null;
  provider: string | null;
  /** Hash of the end user. */
  user: string | null;
  session: string | null;
  status: number | null;
  tag: Readonly<{ name: string; value: string }> | null;
  /** Rows whose answers ended at this time or later, in milliseconds since 1970. A field of later versions: it may be absent. */
  endedFromMs?: number | null;
}>;

/** Any row, of any time. */
export const EVERY_ROW: LedgerFilter = {
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
  model: null,
  provider: null,
  user: null,
  session: null,
  status: null,
  tag: null,
  endedFromMs: null,
};

/** What rows are grouped by. `key`: the account. */
export type Dimension = 'key' | 'model' | 'provider' | 'user' | 'session' | 'day' | 'hour';

/** A query for sums. */
export type ActivityQuery = Readonly<{ filter: LedgerFilter; groupBy: readonly Dimension[] }>;

/**
 * Sums of a group. `day` and `hour` are the milliseconds since 1970 at which they begin (UTC); `user` and `session` are empty where none was named.
 * Dimensions that were not asked for are absent.
 */
export type ActivityGroup = Readonly<Partial<Record<Exclude<Dimension, 'day' | 'hour'>, string> & Record<'day' | 'hour', number>>> &
  Measures;

/** Sums of all groups. */
export type Activity = Readonly<{
  /** At most {@link MAX_GROUPS}. */
  groups: readonly ActivityGroup[];
  /** There are more groups than are given. */
  isCut: boolean;
  /** `hour`: the ends of the time asked for were rounded outwards, because the rows are no longer kept. */
  precision: 'minute' | 'hour';
  /** Rows before this time are missing, in milliseconds since 1970. Null = none is missing. */
  completeFromMs: number | null;
  /** At least so many accounts are not in the sums, because there are too many. */
  accountsLeftOut: number;
}>;

/** Most groups of one answer. */
export const MAX_GROUPS = 10_000;

/** Where a page begins: after this row, from new to old. */
export type LedgerCursor = Readonly<{ createdMs: number; id: string }>;

/** A query for rows. */
export type RowsQuery = Readonly<{ filter: LedgerFilter; after: LedgerCursor | null; limit: number }>;

/** A row and the account that it belongs to. */
export type AccountRow = Readonly<{ account: string; row: LedgerRow }>;

/** Most rows of one page. */
export const MAX_PAGE_ROWS = 1000;

/** What is kept of answers that have ended, by account. */
export interface Ledger {
  /** Sums of the rows of an account; null = of all accounts. */
  sums(account: string | null, query: ActivityQuery): Promise<Activity>;
  /** Rows of an account, from new to old; null = of all accounts. */
  page(account: string | null, query: RowsQuery): Promise<readonly AccountRow[]>;
  /** Finds an answer of an account by its id with any prefix of a client format, or by the upstream's id. Null = it is not kept. */
  find(account: string, id: string): Promise<LedgerRow | null>;
}
