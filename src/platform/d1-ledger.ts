/**
 * The ledger of all accounts in D1, for SQL and export. Its table is made by `migrations/`. A row is one JSON text; the columns for queries
 * are computed of it, so a field that is added needs no change of old rows.
 */
import {
  MAX_GROUPS,
  type AccountRow,
  type Activity,
  type ActivityGroup,
  type ActivityQuery,
  type RowsQuery,
} from '../accounts/activity.ts';
import { bareId, compactRow, readLedgerRow, type LedgerRow } from '../accounts/ledger-row.ts';
import { boundTo } from './bindings.ts';
import type { Env } from './env.ts';
import { selectRows, sumRows, type Statement } from './ledger-sql.ts';
import type { SqlValue } from './object-tables.ts';

/** What is used of a D1 database. */
export type Database = {
  prepare(query: string): { bind(...values: SqlValue[]): { all(): Promise<{ results: Record<string, unknown>[] }> } };
};

/** The database bound as `LEDGER`; null = none is. */
export const ledgerDatabase = (env: Env): Database | null => boundTo<Database>(env, 'LEDGER', 'prepare');

/** The ledger of all accounts in D1. Every method fails where D1 is not reachable or lacks the table. */
export class D1Ledger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds rows of an account. A row with the id of one that is there takes its place. All rows are one bound value: D1 allows 100 (2026). */
  async write(account: string, rows: readonly LedgerRow[]): Promise<void> {
    const listed = rows.map((row) => ({ id: bareId(row.id), createdMs: row.createdMs, row: compactRow(row) }));
    await this.#ask({
      text: `INSERT OR REPLACE INTO generations (id, account, created_ms, row)
        SELECT value ->> '$.id', ?1, value ->> '$.createdMs', value -> '$.row' FROM json_each(?2)`,
      values: [account, JSON.stringify(listed)],
    });
  }

  /** Sums of the rows of one account; null = of all. */
  async sums(account: string | null, query: ActivityQuery): Promise<Activity> {
    const found = (await this.#ask(sumRows('generations', query, account))) as ActivityGroup[];
    return {
      groups: found.slice(0, MAX_GROUPS),
      isCut: found.length > MAX_GROUPS,
      precision: 'minute',
      completeFromMs: null,
      accountsLeftOut: 0,
    };
  }

  /** A page of the rows of one account, from new to old; null = of all. */
  async page(account: string | null, query: RowsQuery): Promise<AccountRow[]> {
    const found = await this.#ask(selectRows('generations', query, account));
    return found.map((entry) => ({ account: String(entry['account']), row: readLedgerRow(String(entry['row'])) }));
  }

  /** A row of an account by the id of its generation; null = it is not there. */
  async find(account: string, id: string): Promise<LedgerRow | null> {
    const [found] = await this.#ask({
      text: 'SELECT row FROM generations WHERE id = ? AND account = ?',
      values: [bareId(id), account],
    });
    return found === undefined ? null : readLedgerRow(String(found['row']));
  }

  async #ask({ text, values }: Statement): Promise<Record<string, unknown>[]> {
    return (
      await this.#database
        .prepare(text)
        .bind(...values)
        .all()
    ).results;
  }
}
