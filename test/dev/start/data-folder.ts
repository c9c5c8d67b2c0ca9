/** The folder in which `npm start` keeps everything. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './options.ts';

/** Longest wait for an instance that is ending, in milliseconds. */
const WAIT_MS = 3000;

/**
 * Creates the folder where it is missing, and locks it. The lock is one of the operating system, on a file of SQLite: it ends with the process,
 * however that ends.
 *
 * @throws StartError for a folder that cannot be written, or that another instance uses.
 */
export function lockDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: WAIT_MS });
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS lock (pid INTEGER)');
    held.push(database);
  } catch (thrown) {
    const isLocked = thrown instanceof Error && /locked|busy/i.test(thrown.message);
    throw new StartError(
      isLocked
        ? `The data folder ${folder} is used by another instance. End that one, or choose another folder: npm start -- --data FOLDER`
        : `The data folder ${folder} cannot be written: ${thrown instanceof Error ? thrown.message : String(thrown)}. Choose another: npm start -- --data FOLDER`,
    );
  }
}

/** Kept until the process ends: a database without a reference would be closed. */
const held: DatabaseSync[] = [];
