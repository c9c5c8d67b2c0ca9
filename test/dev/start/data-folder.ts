/** The folder in which `npm start` keeps everything. */
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './options.ts';

/** Longest wait for an instance that is ending, in milliseconds. */
const WAIT_MS = 3000;

/** Least free space at a start, in bytes. On a full disk the runtime ends with an internal error that does not name the cause (2026-12). */
const MIN_FREE_BYTES = 4 * 2 ** 20;

/**
 * Creates the folder where it is missing, and locks it. The lock is one of the operating system, on a file of SQLite: it ends with the process,
 * however that ends.
 *
 * @throws StartError for a folder that cannot be written, or that another instance uses, or whose disk is full.
 */
export function lockDataFolder(folder: string): void {
  lock(folder);
  const { bavail, blocks, bsize } = statfsSync(folder);
  checkSpace(folder, blocks === 0 ? Infinity : bavail * bsize); // some network file systems state no size
}

/** @throws StartError where too little is free. @param freeBytes of the disk with the folder. */
export function checkSpace(folder: string, freeBytes: number): void {
  if (freeBytes >= MIN_FREE_BYTES) return;
  const need = `${MIN_FREE_BYTES / 2 ** 20} MiB`;
  throw new StartError(
    `The disk of the data folder ${folder} has ${freeBytes} bytes left; a start needs ${need}. Free some, or choose another: npm start -- --data FOLDER`,
  );
}

function lock(folder: string): void {
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
