/** Which rows of an account's ledger D1 has not got yet. */
import type { LedgerCursor } from '../accounts/activity.ts';
import { readLedgerRow, type LedgerRow } from '../accounts/ledger-row.ts';
import { migrateTables, type Sql } from './object-tables.ts';

/** Characters of rows after which a statement to D1 takes no more: a bound value has at most 2 MB (2026), a row about 20 kB. */
const MAX_CHARACTERS = 500_000;

/** Runs when D1 is bound for the first time: rows that are there already wait too. `ledger-store.ts` makes the tables. */
const FIRST_STEPS = ['INSERT OR IGNORE INTO ledger_waiting (created_ms, id) SELECT created_ms, id FROM ledger'];

/** The rows of one account that wait for D1. */
export class WaitingRows {
  readonly #sql: Sql;
  /** Rows that {@link next} has returned and that were not added again since: those wait further. */
  readonly #copying = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
    migrateTables(sql, 'ledger-copy', FIRST_STEPS);
  }

  /** A row has been written. */
  add(key: LedgerCursor): void {
    this.#copying.delete(nameOf(key));
    this.#sql.exec('INSERT OR IGNORE INTO ledger_waiting (created_ms, id) VALUES (?, ?)', key.createdMs, key.id);
  }

  isEmpty(): boolean {
    return this.#sql.exec('SELECT 1 FROM ledger_waiting LIMIT 1').toArray().length === 0;
  }

  /** The oldest rows, at most `limit` of them and about {@link MAX_CHARACTERS}. Those that are no longer kept are counted in `lost`. */
  next(limit: number): { rows: LedgerRow[]; keys: LedgerCursor[]; lost: number } {
    const found = this.#sql
      .exec(
        'SELECT w.created_ms, w.id, l.row FROM ledger_waiting w LEFT JOIN ledger l ON l.created_ms = w.created_ms AND l.id = w.id ORDER BY 1, 2 LIMIT ?',
        limit,
      )
      .toArray();
    this.#copying.clear();
    const rows: LedgerRow[] = [];
    const keys: LedgerCursor[] = [];
    let characters = 0;
    for (const { created_ms: createdMs, id, row } of found) {
      if (characters > MAX_CHARACTERS) break;
      keys.push({ createdMs: Number(createdMs), id: String(id) });
      if (row === null) continue;
      characters += String(row).length;
      rows.push(readLedgerRow(String(row)));
    }
    for (const key of keys) this.#copying.add(nameOf(key));
    return { rows, keys, lost: keys.length - rows.length };
  }

  /** Rows of the last {@link next} are in D1 now. */
  remove(keys: readonly LedgerCursor[]): void {
    for (const key of keys.filter((one) => this.#copying.has(nameOf(one))))
      this.#sql.exec('DELETE FROM ledger_waiting WHERE created_ms = ? AND id = ?', key.createdMs, key.id);
  }
}

const nameOf = ({ createdMs, id }: LedgerCursor): string => `${createdMs} ${id}`;
