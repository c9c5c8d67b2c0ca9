/** Rows of the ledger: a page of them, and those that come while the page is open. Pure. */

/** A row of `GET /activity/generations`, as far as the console reads it. */
export type LedgerRow = {
  readonly id: string;
  readonly created_at: string;
  readonly key: string;
  readonly model: string;
  readonly model_asked: string;
  readonly provider: string;
  readonly provider_name: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly attempts: number;
  readonly adjustments: number;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly cost: number | null;
  readonly estimated: readonly string[];
  readonly duration_ms: number;
  readonly first_content_ms: number | null;
  readonly cancelled: boolean;
  readonly status: number;
  readonly error: string | null;
  readonly finish_reason: string | null;
  readonly cache: string | null;
};

/** A page of rows. `next_since` is where the next look for new rows begins. */
export type RowsPage = { readonly data: readonly LedgerRow[]; readonly next_cursor: string | null; readonly next_since: string };

/** Most rows that are shown while new ones come. */
export const MAX_SHOWN = 300;

/** Rows with those that have come, from new to old. A row that comes again takes the place of the first. */
export function mergeRows(shown: readonly LedgerRow[], come: readonly LedgerRow[]): LedgerRow[] {
  const byId = new Map([...shown, ...come].map((row) => [row.id, row]));
  return [...byId.values()]
    .toSorted((one, other) => compare(other.created_at, one.created_at) || compare(other.id, one.id))
    .slice(0, MAX_SHOWN);
}

/** How many rows were not there before. */
export function countNew(shown: readonly LedgerRow[], come: readonly LedgerRow[]): number {
  const known = new Set(shown.map(({ id }) => id));
  return come.filter(({ id }) => !known.has(id)).length;
}

/** How an answer ended, in a word: its finish, or its error with the status. */
export function outcomeOf({ status, error, finish_reason: finish, cancelled }: LedgerRow): string {
  if (cancelled) return 'cancelled';
  if (error !== null) return `${status} ${error}`;
  return finish ?? String(status);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
