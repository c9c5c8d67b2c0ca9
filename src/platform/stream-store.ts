/** The storage of one answer: what is known of it, and the bytes of its log or body. */
import type { JsonObject } from '../lib/json.ts';
import { migrateTables, type Sql } from './object-tables.ts';

/** What is known of an answer. Only fields are added. */
export type StoredAnswer = Readonly<{
  /** Letters and digits of the generation id. */
  id: string;
  account: string;
  /** SHA-256 of path and body; null = the body was not read to its end. */
  fingerprint: string | null;
  /** Wire format of the client. */
  format: string;
  /** In the background: the answer before its first event. */
  queued: JsonObject | null;
  /** Null = it has not begun. */
  head: AnswerHead | null;
  /** `ended` has its end in the log. */
  state: 'running' | 'ended' | 'interrupted' | 'cancelled';
  /** When it ended, in milliseconds since 1970. */
  endedMs: number | null;
}>;

/** Status and headers of an answer. */
export type AnswerHead = Readonly<{ status: number; headers: readonly (readonly [string, string])[]; isStream: boolean }>;

/** Most bytes of a row; a row has at most 2 MB. */
const ROW_BYTES = 1_000_000;

/** The tables of one object. Every method is synchronous: what it writes is stored together with what else is written before the next await. */
export class StreamStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Creates the tables, before anything is written. An object that is only asked for an answer it does not have stores nothing. */
  createTables(): void {
    migrateTables(this.#sql, 'stream', [
      'CREATE TABLE answer (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL); CREATE TABLE log (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL);',
    ]);
  }

  /** Null = nothing is stored. */
  answer(): StoredAnswer | null {
    const tables = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'answer'").toArray();
    if (tables.length === 0) return null;
    const [row] = this.#sql.exec('SELECT json FROM answer').toArray();
    return row === undefined ? null : (JSON.parse(String(row['json'])) as StoredAnswer);
  }

  save(answer: StoredAnswer): void {
    this.#sql.exec('INSERT INTO answer VALUES (1, ?) ON CONFLICT DO UPDATE SET json = excluded.json', JSON.stringify(answer));
  }

  /** Deletes the answer and its log. */
  clear(): void {
    this.#sql.exec('DELETE FROM answer; DELETE FROM log');
  }

  /** Adds bytes to the log. */
  append(bytes: Uint8Array<ArrayBuffer>): void {
    for (let start = 0; start < bytes.length; start += ROW_BYTES)
      this.#sql.exec('INSERT INTO log (bytes) VALUES (?)', bytes.slice(start, start + ROW_BYTES).buffer);
  }

  /** All bytes of the log, in pieces. */
  pieces(): Uint8Array[] {
    return this.#sql
      .exec('SELECT bytes FROM log ORDER BY row')
      .toArray()
      .map(({ bytes }) => new Uint8Array(bytes as ArrayBuffer));
  }
}
