/** Creates and changes the tables of a Durable Object. */

/** A value of a column. */
export type SqlValue = string | number | ArrayBuffer | null;

/** What is used of an object's SQLite database (`ctx.storage.sql`). */
export type Sql = { exec(query: string, ...values: SqlValue[]): { toArray(): Record<string, unknown>[] } };

/**
 * Runs the steps that a store has not run yet, in order. Steps are added at the end, never changed: objects of all ages have run the first ones. A
 * step keeps the tables usable for the version of the Worker before it, which may still run: it adds columns with a default, tables and indexes.
 *
 * @param store whose steps they are: an object may have several stores.
 */
export function migrateTables(sql: Sql, store: string, steps: readonly string[]): void {
  sql.exec('CREATE TABLE IF NOT EXISTS table_versions (store TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID');
  const [known] = sql.exec('SELECT version FROM table_versions WHERE store = ?', store).toArray();
  const version = Number(known?.['version'] ?? 0);
  if (version >= steps.length) return;
  for (const step of steps.slice(version)) sql.exec(step);
  sql.exec('INSERT OR REPLACE INTO table_versions (store, version) VALUES (?, ?)', store, steps.length);
}
