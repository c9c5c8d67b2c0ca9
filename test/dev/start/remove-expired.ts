/**
 * Removes what has expired from the data folder, before anything is served. Miniflare 4 removes an entry of its cache or its KV only when it is
 * asked for after its time, and workerd leaves an empty file of every object that has deleted everything (both measured 2026-12-01).
 */
import { existsSync, globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Largest file of an object without tables, in bytes. */
const EMPTY_BYTES = 4096;

/** Removes expired entries of the response cache, and the files of streams that are gone. Never fails. */
export function removeExpired(folder: string, nowMs: number): void {
  for (const store of ['cache', 'kv'])
    for (const path of globSync(join(folder, store, '*', '*.sqlite'))) {
      const blobs = attempt(path, (database) => takeExpired(database, nowMs)) ?? [];
      for (const blob of blobs) for (const file of globSync(join(folder, store, '*', 'blobs', blob))) rmSync(file, { force: true });
    }
  for (const path of globSync(join(folder, 'do', 'tributary-StreamObject', '*.sqlite'))) {
    const mayBeEmpty = statSync(path).size <= EMPTY_BYTES && !existsSync(`${path}-wal`);
    if (mayBeEmpty && attempt(path, isEmpty) === true) rmSync(path, { force: true });
  }
}

/** Deletes the rows of expired entries. @returns the names of their files. */
function takeExpired(database: DatabaseSync, nowMs: number): string[] {
  const rows = database.prepare('DELETE FROM _mf_entries WHERE expiration <= ? RETURNING blob_id').all(nowMs);
  return rows.map(({ blob_id: blob }) => String(blob)).filter((blob) => /^[0-9a-f]+$/.test(blob));
}

const isEmpty = (database: DatabaseSync): boolean => database.prepare('SELECT name FROM sqlite_master').all().length === 0;

/** Null = it is no such database: another version of Miniflare has made it. */
function attempt<Result>(path: string, work: (database: DatabaseSync) => Result): Result | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    return work(database);
  } catch {
    return null;
  } finally {
    database?.close();
  }
}
