/** Recorded answers of one wire format, in the folder with recordings beside the repository. Streams are kept without their framing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ENDING = '.chunks.txt';

/** The recordings of one folder. */
export type Recordings = {
  /** Whether there is such a folder. */
  exists: boolean;
  /** Names of the streams; empty where there is no folder. */
  names: readonly string[];
  /** The payloads of a stream. */
  linesOf: (name: string) => string[];
  /** Whether the folder has this file. */
  has: (file: string) => boolean;
  /** A file, parsed as JSON. */
  documentOf: (file: string) => unknown;
};

/** @param folder below `recordings/`. */
export function openRecordings(folder: string): Recordings {
  const path = join(import.meta.dirname, '../../../shared/recordings', folder);
  const textOf = (file: string) => readFileSync(join(path, file), 'utf8');
  const files = existsSync(path) ? readdirSync(path) : [];
  return {
    exists: existsSync(path),
    names: files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length)),
    linesOf: (name) =>
      textOf(`${name}${ENDING}`)
        .split('\n')
        .filter((line) => line !== ''),
    has: (file) => files.includes(file),
    documentOf: (file) => JSON.parse(textOf(file)) as unknown,
  };
}
