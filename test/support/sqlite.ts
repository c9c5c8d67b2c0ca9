/** A real SQLite database in memory, asked as a Durable Object asks its own. */
import { DatabaseSync } from 'node:sqlite';
import type { Sql } from '../../src/platform/object-tables.ts';

/** A Durable Object returns the bytes of a BLOB as an ArrayBuffer. */
const withBuffers = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? value.slice().buffer : value]));

/** Opens an empty database. */
export function openSqlite(): Sql {
  const database = new DatabaseSync(':memory:');
  return {
    exec(query, ...values) {
      const bound = values.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
      const rows = database.prepare(query).all(...bound);
      return { toArray: () => rows.map(withBuffers) };
    },
  };
}
