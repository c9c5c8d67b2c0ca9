/** Whether an account is refused at once (`?hard=true`), in the SQLite of its object. */
import { migrateTables, type Sql } from './object-tables.ts';

/** Read in each reservation: a refused account gets no lease and no slice. */
export class RefusalStore {
  readonly #sql: Sql;
  #isRefused: boolean;

  constructor(sql: Sql) {
    this.#sql = sql;
    migrateTables(sql, 'refusal', ['CREATE TABLE refusal (since_ms INTEGER NOT NULL)']);
    this.#isRefused = sql.exec('SELECT since_ms FROM refusal LIMIT 1').toArray().length > 0;
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** @param nowMs milliseconds since 1970. */
  set(isRefused: boolean, nowMs: number): void {
    this.#sql.exec('DELETE FROM refusal');
    if (isRefused) this.#sql.exec('INSERT INTO refusal (since_ms) VALUES (?)', nowMs);
    this.#isRefused = isRefused;
  }
}
