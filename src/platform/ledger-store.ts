/**
 * Keeps the ledger of one account in the SQLite database of its object: the last rows, sums by hour of all rows, and which rows D1 has not got yet.
 * Every row that is written is billed ($1.00 per million, 2026-12), so a generation writes two: itself and the sums of its hour. There is no further
 * index. All methods are synchronous: the object's own transaction holds them together with the counters of limits.
 */
import { MAX_GROUPS, type Activity, type ActivityGroup, type ActivityQuery, type RowsQuery } from '../accounts/activity.ts';
import { bareId, compactRow, readLedgerRow, type LedgerRow } from '../accounts/ledger-row.ts';
import { MEASURE_NAMES, measuresOf, negateMeasures, type Measures } from '../accounts/measures.ts';
import { DAY_MS, HOUR_MS } from '../accounts/window.ts';
import { canUseBuckets, selectRows, sumBuckets, sumRows, type Statement } from './ledger-sql.ts';
import { WaitingRows } from './ledger-waiting.ts';
import { migrateTables, type Sql } from './object-tables.ts';

/** Rows that are kept. */
export const MAX_ROWS = 10_000;

/** Rows beyond them before the oldest are removed, so that rows are not counted for every generation. */
const SLACK_ROWS = 500;

/** Age at which sums by hour become sums by day. */
const HOURLY_MS = 35 * DAY_MS;

/** Age at which sums are removed. */
const SUMS_MS = 400 * DAY_MS;

/** Most sums that are kept: hours with different models, providers and end users. Beyond them, the oldest are removed. */
const MAX_SUMS = 500_000;

const MEASURE_COLUMNS = MEASURE_NAMES.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(', ');
const ADDED = MEASURE_NAMES.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
const BUCKET_COLUMNS = `hour_ms, model, provider, user, ${MEASURE_NAMES.join(', ')}`;
const ON_CONFLICT = `ON CONFLICT (hour_ms, model, provider, user) DO UPDATE SET ${ADDED}`;
const ADD_BUCKET = `INSERT INTO ledger_sums (${BUCKET_COLUMNS}) VALUES (?, ?, ?, ?${', ?'.repeat(MEASURE_NAMES.length)}) ${ON_CONFLICT}`;

/** Steps of the tables. `row` is JSON: a field that is added needs no step. A measure that is added needs one, with a default. */
const STEPS = [
  'CREATE TABLE ledger (created_ms INTEGER NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY (created_ms, id)) WITHOUT ROWID',
  `CREATE TABLE ledger_sums (hour_ms INTEGER NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, user TEXT NOT NULL, ${MEASURE_COLUMNS},
    PRIMARY KEY (hour_ms, model, provider, user)) WITHOUT ROWID`,
  'CREATE TABLE ledger_waiting (created_ms INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (created_ms, id)) WITHOUT ROWID',
];

/** The ledger of one account. */
export class LedgerStore {
  /** Rows that D1 has not got; null = D1 is not bound. */
  readonly waiting: WaitingRows | null;
  readonly #sql: Sql;
  /** Rows that are kept; null = not counted since the object began. */
  #count: number | null = null;

  /** @param isCopied rows wait until D1 has them. */
  constructor(sql: Sql, isCopied: boolean) {
    this.#sql = sql;
    migrateTables(sql, 'ledger', STEPS);
    this.waiting = isCopied ? new WaitingRows(sql) : null;
  }

  /** Adds rows. A row with the time and the id of one that is kept takes its place, in the sums too. */
  record(rows: readonly LedgerRow[]): void {
    for (const row of rows) this.#put(row);
    this.#trim();
  }

  /** Forgets what is in memory, after a transaction that was not written. */
  reload(): void {
    this.#count = null;
  }

  /** Finds a row by its id with any prefix of a client format, or by the upstream's id. Null = it is not kept. */
  find(id: string): LedgerRow | null {
    const [found] = this.#sql.exec(`SELECT row FROM ledger WHERE id = ? OR row ->> '$.upstreamId' = ? LIMIT 1`, bareId(id), id).toArray();
    return found === undefined ? null : readLedgerRow(String(found['row']));
  }

  /** A page of rows, from new to old. */
  page(query: RowsQuery): LedgerRow[] {
    return this.#ask(selectRows('ledger', query)).map(({ row }) => readLedgerRow(String(row)));
  }

  /** Sums of rows. They are those kept by hour, unless the question needs the rows themselves. */
  sums(query: ActivityQuery): Activity {
    const { fromMs, toMs } = query.filter;
    const isByHour = fromMs % HOUR_MS === 0 && (toMs % HOUR_MS === 0 || toMs > this.#timeOf('DESC'));
    const keptFromMs = this.#keptFromMs();
    const hasRows = keptFromMs === null || keptFromMs < fromMs;
    const usesBuckets = canUseBuckets(query) && (isByHour || !hasRows);
    const found = this.#ask(usesBuckets ? sumBuckets('ledger_sums', query) : sumRows('ledger', query)) as ActivityGroup[];
    return {
      groups: found.slice(0, MAX_GROUPS),
      isCut: found.length > MAX_GROUPS,
      precision: usesBuckets && !isByHour ? 'hour' : 'minute',
      completeFromMs: usesBuckets || hasRows ? null : keptFromMs,
      accountsLeftOut: 0,
    };
  }

  #put(row: LedgerRow): void {
    const id = bareId(row.id);
    const [old] = this.#sql.exec('SELECT row FROM ledger WHERE created_ms = ? AND id = ?', row.createdMs, id).toArray();
    const text = JSON.stringify(compactRow(row));
    if (old !== undefined) {
      if (old['row'] === text) return;
      const replaced = readLedgerRow(String(old['row']));
      this.#addToSums(replaced, negateMeasures(measuresOf(replaced)));
    }
    this.#sql.exec('INSERT OR REPLACE INTO ledger (created_ms, id, row) VALUES (?, ?, ?)', row.createdMs, id, text);
    this.#addToSums(row, measuresOf(row));
    this.waiting?.add({ createdMs: row.createdMs, id });
    if (old === undefined && this.#count !== null) this.#count++;
  }

  #addToSums({ createdMs, model, provider, user }: LedgerRow, measures: Measures): void {
    const values = MEASURE_NAMES.map((name) => measures[name]);
    this.#sql.exec(ADD_BUCKET, createdMs - (createdMs % HOUR_MS), model, provider, user ?? '', ...values);
  }

  #trim(): void {
    this.#count ??= this.#countOf('ledger');
    if (this.#count <= MAX_ROWS + SLACK_ROWS) return;
    this.#sql.exec(
      'DELETE FROM ledger WHERE (created_ms, id) IN (SELECT created_ms, id FROM ledger ORDER BY created_ms, id LIMIT ?)',
      this.#count - MAX_ROWS,
    );
    this.#count = MAX_ROWS;
  }

  /** Turns sums by hour that are old into sums by day, and removes the oldest. For once a day. @param nowMs milliseconds since 1970. */
  sweep(nowMs: number): void {
    const day = nowMs - (nowMs % DAY_MS);
    const old = `hour_ms < ${day - HOURLY_MS} AND hour_ms % ${DAY_MS} <> 0`;
    const added = MEASURE_NAMES.map((name) => `sum(${name})`).join(', ');
    this.#sql.exec(
      `INSERT INTO ledger_sums (${BUCKET_COLUMNS}) SELECT hour_ms - hour_ms % ${DAY_MS}, model, provider, user, ${added} FROM ledger_sums WHERE ${old} GROUP BY 1, 2, 3, 4 ${ON_CONFLICT}`,
    );
    this.#sql.exec(`DELETE FROM ledger_sums WHERE ${old} OR hour_ms < ?`, day - SUMS_MS);
    const excess = this.#countOf('ledger_sums') - MAX_SUMS;
    if (excess <= 0) return;
    this.#sql.exec(
      'DELETE FROM ledger_sums WHERE (hour_ms, model, provider, user) IN (SELECT hour_ms, model, provider, user FROM ledger_sums ORDER BY 1, 2, 3, 4 LIMIT ?)',
      excess,
    );
  }

  /** Time of the oldest row where older ones have been removed; null = all rows are kept. */
  #keptFromMs(): number | null {
    this.#count ??= this.#countOf('ledger');
    if (this.#count < MAX_ROWS) return null;
    return this.#timeOf('ASC');
  }

  /** Time of the newest (`DESC`) or the oldest row; 0 where there is none. */
  #timeOf(order: 'ASC' | 'DESC'): number {
    const [found] = this.#sql.exec(`SELECT created_ms FROM ledger ORDER BY created_ms ${order} LIMIT 1`).toArray();
    return Number(found?.['created_ms'] ?? 0);
  }

  #countOf(table: string): number {
    return Number(this.#sql.exec(`SELECT count(*) AS count FROM ${table}`).toArray()[0]?.['count'] ?? 0);
  }

  #ask({ text, values }: Statement): Record<string, unknown>[] {
    return this.#sql.exec(text, ...values).toArray();
  }
}
