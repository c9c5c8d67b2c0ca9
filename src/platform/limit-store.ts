/**
 * Keeps the limits and leases of one account in the SQLite database of its object. What is in use is in memory; each change is written in the
 * transaction of the call that makes it. Rows that are written are billed ($1.00 per million, 2026-12): a call with one limit writes three here
 * (its lease, the counter, and the end of the lease).
 */
import { LeaseMachine } from '../accounts/lease-machine.ts';
import type { AccountChanges, StoredCounter, StoredLease } from '../accounts/lease.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import { compactRow, completeRow } from '../accounts/ledger-row.ts';
import { migrateTables, type Sql } from './object-tables.ts';

/** Steps of the tables. `lease` and `fact` have JSON. */
const STEPS = [
  'CREATE TABLE used (id TEXT PRIMARY KEY, start_ms INTEGER NOT NULL, end_ms INTEGER, since_ms INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE lease (id TEXT PRIMARY KEY, lease TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE limit_fact (name TEXT PRIMARY KEY, fact TEXT NOT NULL) WITHOUT ROWID',
];

/** The limits and leases of one account, stored. */
export class LimitStore {
  readonly #sql: Sql;
  #machine: LeaseMachine | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
    migrateTables(sql, 'limits', STEPS);
  }

  /** The machine with what is stored. */
  machine(nowMs: number): LeaseMachine {
    this.#machine ??= new LeaseMachine(
      { counters: this.#counters(), leases: this.#leases(), record: (this.#fact('record') as KeyRecord | undefined) ?? null },
      nowMs,
    );
    return this.#machine;
  }

  /** Writes what a machine has changed. @returns the changes: rows of the ledger are not written here. */
  save(machine: LeaseMachine): AccountChanges {
    const changes = machine.take();
    for (const [id, counter] of changes.counters) this.#writeCounter(id, counter);
    for (const [id, lease] of changes.leases) this.#writeLease(id, lease);
    if (changes.record !== null) this.#setFact('record', changes.record);
    return changes;
  }

  /** Forgets what is in memory, after a transaction that was not written. */
  reload(): void {
    this.#machine = null;
  }

  #writeCounter(id: string, counter: StoredCounter | null): void {
    if (counter === null) this.#sql.exec('DELETE FROM used WHERE id = ?', id);
    else {
      const { startMs, endMs, sinceMs, used } = counter;
      const values = [id, startMs, endMs, sinceMs, used];
      this.#sql.exec('INSERT OR REPLACE INTO used (id, start_ms, end_ms, since_ms, used) VALUES (?, ?, ?, ?, ?)', ...values);
    }
  }

  #writeLease(id: string, lease: StoredLease | null): void {
    if (lease === null) this.#sql.exec('DELETE FROM lease WHERE id = ?', id);
    else
      this.#sql.exec(
        'INSERT OR REPLACE INTO lease (id, lease) VALUES (?, ?)',
        id,
        JSON.stringify({ ...lease, draft: compactRow(lease.draft) }),
      );
  }

  #counters(): StoredCounter[] {
    return this.#sql
      .exec('SELECT id, start_ms, end_ms, since_ms, used FROM used')
      .toArray()
      .map((row) => ({
        id: String(row['id']),
        startMs: Number(row['start_ms']),
        endMs: row['end_ms'] === null ? null : Number(row['end_ms']),
        sinceMs: Number(row['since_ms']),
        used: Number(row['used']),
      }));
  }

  #leases(): StoredLease[] {
    const rows = this.#sql.exec('SELECT lease FROM lease').toArray();
    return rows.map((row) => {
      const lease = JSON.parse(String(row['lease'])) as StoredLease;
      return { ...lease, draft: completeRow(lease.draft) };
    });
  }

  #fact(name: string): unknown {
    const [row] = this.#sql.exec('SELECT fact FROM limit_fact WHERE name = ?', name).toArray();
    return row === undefined ? undefined : JSON.parse(String(row['fact']));
  }

  #setFact(name: string, fact: unknown): void {
    this.#sql.exec('INSERT OR REPLACE INTO limit_fact (name, fact) VALUES (?, ?)', name, JSON.stringify(fact));
  }
}
