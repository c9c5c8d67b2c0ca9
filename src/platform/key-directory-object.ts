/**
 * Durable Object with the records of all caller keys, and the list of accounts that have a ledger. There is one. Each method takes and
 * returns one plain object; later versions only add fields, because two versions of the Worker use it during a deployment.
 */
import { DurableObject } from 'cloudflare:workers';
import { completeKey, type KeyRecord } from '../accounts/key-record.ts';
import type { KeyStore, ListRange } from '../ports.ts';
import { systemBackground } from './background.ts';
import { objectsOf } from './bindings.ts';
import type { Env } from './env.ts';
import { createKeyStore, type DirectoryStub, type RevocableStub } from './key-directory.ts';
import { migrateTables, type Sql } from './object-tables.ts';
import { systemClock } from './system.ts';

/** Name of the single object. */
export const DIRECTORY = 'keys';

/** Creates this isolate's directory. Null = `KEY_DIRECTORY` is not bound, or `KEYS`, without which no limit of a key would hold. */
export function createKeyStorePort(env: Env): KeyStore | null {
  const objects = objectsOf<DirectoryStub>(env, 'KEY_DIRECTORY');
  const accountOf = objectsOf<RevocableStub>(env, 'KEYS');
  if (objects === null || accountOf === null) return null;
  return createKeyStore({ connect: () => objects(DIRECTORY), accountOf, clock: systemClock, background: systemBackground });
}

/** Most keys. A record has 1 to 100 kB, and an object may hold 10 GB. */
const MAX_KEYS = 100_000;

/** Most entries that one call returns. */
const MAX_LISTED = 1000;

const TABLES = [
  `CREATE TABLE keys (hash TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, disabled INTEGER NOT NULL, record TEXT NOT NULL);
   CREATE INDEX keys_by_age ON keys (created_ms);
   CREATE TABLE accounts (account TEXT PRIMARY KEY);`,
];

/** The directory. */
export class KeyDirectoryObject extends DurableObject {
  readonly #sql = withTables(this.ctx.storage.sql);

  /** The record of a key. */
  find({ hash }: { hash: string }): { record: KeyRecord | null } {
    return { record: recordsIn(this.#sql.exec('SELECT record FROM keys WHERE hash = ?', hash))[0] ?? null };
  }

  /** Adds a key. False = there are too many. */
  create({ record }: { record: KeyRecord }): { isCreated: boolean } {
    const [row] = this.#sql.exec('SELECT COUNT(*) AS count FROM keys').toArray();
    if (Number(row?.['count']) >= MAX_KEYS) return { isCreated: false };
    const { hash, createdMs, updatedMs, disabled } = completeKey(record);
    this.#sql.exec(
      'INSERT INTO keys (hash, created_ms, updated_ms, disabled, record) VALUES (?, ?, ?, ?, ?)',
      hash,
      createdMs,
      updatedMs,
      Number(disabled),
      JSON.stringify(record),
    );
    return { isCreated: true };
  }

  /** Replaces the record that was last changed at `replacedMs`. False = there is none. */
  replace({ record, replacedMs }: { record: KeyRecord; replacedMs: number }): { isReplaced: boolean } {
    const { hash, updatedMs, disabled } = completeKey(record);
    const text = 'UPDATE keys SET updated_ms = ?, disabled = ?, record = ? WHERE hash = ? AND updated_ms = ? RETURNING hash';
    const changed = this.#sql.exec(text, updatedMs, Number(disabled), JSON.stringify(record), hash, replacedMs);
    return { isReplaced: changed.toArray().length > 0 };
  }

  /** Deletes a key. Its account stays: the ledger is kept. */
  remove({ hash }: { hash: string }): { isRemoved: boolean } {
    return { isRemoved: this.#sql.exec('DELETE FROM keys WHERE hash = ? RETURNING hash', hash).toArray().length > 0 };
  }

  /** Keys, newest first. */
  list({ offset, limit, includeDisabled = false }: ListRange & { includeDisabled?: boolean }): { records: KeyRecord[] } {
    const text = 'SELECT record FROM keys WHERE disabled <= ? ORDER BY created_ms DESC, hash LIMIT ? OFFSET ?';
    return { records: recordsIn(this.#sql.exec(text, Number(includeDisabled), Math.min(limit, MAX_LISTED), offset)) };
  }

  /** Adds an account to the list of those that have a ledger. */
  registerAccount({ account }: { account: string }): Record<string, never> {
    this.#sql.exec('INSERT OR IGNORE INTO accounts (account) VALUES (?)', account);
    return {};
  }

  /** Accounts that have a ledger, oldest first. */
  listAccounts({ offset, limit }: ListRange): { accounts: string[] } {
    const text = 'SELECT account FROM accounts ORDER BY rowid LIMIT ? OFFSET ?';
    const rows = this.#sql.exec(text, Math.min(limit, MAX_LISTED), offset).toArray();
    return { accounts: rows.map(({ account }) => String(account)) };
  }
}

function withTables(sql: Sql): Sql {
  migrateTables(sql, 'keys', TABLES);
  return sql;
}

/** The records of rows that this class has written. */
const recordsIn = (rows: ReturnType<Sql['exec']>): KeyRecord[] =>
  rows.toArray().map(({ record }) => JSON.parse(String(record)) as KeyRecord);
