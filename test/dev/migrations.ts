/** Applies the migrations of the ledger's D1 database, with the table in which `wrangler d1 migrations apply` counts them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { ROOT } from './root.ts';

/** Folder of the migrations; `migrations_dir` in wrangler.toml. */
const MIGRATIONS = join(ROOT, 'src/platform/migrations');

/** The part of a D1 database that is used. */
type Database = {
  prepare(sql: string): { bind(...values: unknown[]): unknown; all<Row>(): Promise<{ results: Row[] }>; run(): Promise<unknown> };
  batch(statements: never[]): Promise<unknown>;
};

/** The table of wrangler 4 (packages/wrangler/src/d1/migrations, 2026-11). */
const TABLE =
  'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)';

/** The statements of a migration: each ends with a semicolon at the end of a line. */
export const statementsOf = (sql: string): string[] =>
  sql
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, '').trim() !== '');

/** Applies what is not applied yet, in the order of names, each file whole or not at all. Returns the names of the files applied. */
export async function applyMigrations(database: Database, folder: string = MIGRATIONS): Promise<string[]> {
  if (!existsSync(folder)) return [];
  await database.prepare(TABLE).run();
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
  const known = new Set(results.map(({ name }) => name));
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql') && !known.has(name));
  for (const name of files.toSorted()) {
    const statements = statementsOf(readFileSync(join(folder, name), 'utf8')).map((sql) => database.prepare(sql));
    const record = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name);
    await database.batch([...statements, record] as never[]);
  }
  return files;
}

/**
 * Applies them to a database of `wrangler dev`, before that starts.
 *
 * @param folder wrangler's folder of state. wrangler 4 keeps it in `v3`, and names a database by its `database_id`.
 */
export async function applyDevMigrations(folder: string, databaseId: string): Promise<string[]> {
  const config = {
    name: 'migrations',
    compatibilityDate: '2026-11-01',
    manifest: {
      mainModule: 'worker.js',
      modulesRoot: '/',
      modules: { 'worker.js': { type: 'esm' as const, contents: 'export default {}' } },
    },
    env: { LEDGER: { type: 'd1' as const, id: databaseId } },
  };
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    enableDevRegistry: false,
    resourcePersistencePath: join(folder, 'v3'),
    workers: [{ config }],
  });
  try {
    return await applyMigrations(await miniflare.getD1Database('LEDGER'));
  } finally {
    await miniflare.dispose();
  }
}
