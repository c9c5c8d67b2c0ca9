/** Real SQLite databases in memory: asked as a Durable Object asks its own, and as a Worker asks D1. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database } from '../../src/platform/d1-ledger.ts';
import type { Sql, SqlValue } from '../../src/platform/object-tables.ts';

/** Bytes in the form that Node binds. */
const toInput = (value: SqlValue) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value);

/** Opens the empty database of an object. */
export function openSqlite(): Sql {
  const database = new DatabaseSync(':memory:');
  return {
    exec(query, ...values) {
      const rows = database.prepare(query).all(...values.map(toInput));
      return { toArray: () => rows };
    },
  };
}

/** A database that is asked as D1. */
export type TestD1 = Database & { migrate(): void };

/** Opens an empty D1 database. `migrate` makes its tables, as the file of the migration has them. */
export function openD1(): TestD1 {
  const database = new DatabaseSync(':memory:');
  return {
    migrate: () => database.exec(readFileSync(join(import.meta.dirname, '../../src/platform/migrations/0001_ledger.sql'), 'utf8')),
    prepare: (query) => ({
      bind: (...values) => ({
        all: async () => ({ results: await Promise.resolve().then(() => database.prepare(query).all(...values.map(toInput))) }),
      }),
    }),
  };
}
