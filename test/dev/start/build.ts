/** Builds the Worker for `npm start`, where its sources are not those of the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { StartError } from './options.ts';

/** Folder of what is built. */
export const BUILT = join(ROOT, 'dist/start');
/** The files in it: the Worker, the names of the variables that it reads, and the hash of what they were made of. */
export const [WORKER, NAMES, SOURCES_HASH] = ['worker.js', 'variables.json', 'sources.sha256'].map((name) => join(BUILT, name)) as [
  string,
  string,
  string,
];

/** What the Worker is made of. `test/dev/bundle.ts` has the options of the bundler. */
const SOURCES = ['src', 'providers', 'package-lock.json', 'test/dev/bundle.ts'];

/** Written by the build itself. */
const isGenerated = (name: string) =>
  /\.generated\.(?:ts|js|css)$/.test(name) ||
  name.startsWith('src/console/public/console/files/') ||
  name === 'providers/provider.schema.json';

/** Builds where needed, and prints what it does. The build is a process of its own: its memory ends with it. @throws StartError where it fails. */
export function buildWhereNeeded(): void {
  const isBuilt = [WORKER, NAMES, SOURCES_HASH].every(existsSync);
  if (isBuilt && !existsSync(join(ROOT, 'src/worker.ts'))) return; // an image has the built Worker only
  const hash = hashSources();
  if (isBuilt && readFileSync(SOURCES_HASH, 'utf8') === hash) return;
  const begin = Date.now();
  console.log('Building the Worker: its sources are new or have changed ...');
  for (const script of [join(ROOT, 'src/build.ts'), join(import.meta.dirname, 'build-worker.ts')]) {
    const { status } = spawnSync(process.execPath, [script, hash], { stdio: 'inherit' });
    if (status !== 0) throw new StartError('The Worker was not built, so nothing was started.');
  }
  console.log(`Built in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap(filesOf).filter((path) => !isGenerated(path))) {
    hash
      .update(`${name}\n`)
      .update(readFileSync(join(ROOT, name)))
      .update('\n');
  }
  return hash.digest('hex');
}

/** The files of a folder and of the folders in it, in one order on every machine; or the file itself. */
function filesOf(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  const entries = readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(ROOT.length + 1)] : [])).toSorted();
}
