/** Builds the Worker for `npm start`, where its sources are not those of the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, ROOT } from '../serve.ts';
import { StartError } from './options.ts';

const FOLDER = join(ROOT, 'dist/start');
/** The built Worker. */
export const BUILT = join(FOLDER, 'worker.js');
const SOURCES_HASH = join(FOLDER, 'sources.sha256');

/** What the Worker is made of. `test/dev/serve.ts` has the options of the bundler. */
const SOURCES = ['src', 'providers', 'package-lock.json', 'test/dev/serve.ts'];

/** Written by the build itself. */
const isGenerated = (name: string) => name.endsWith('.generated.ts') || name === 'providers/provider.schema.json';

/** Builds where needed, and prints what it does. @throws StartError where a provider file or a source is wrong. */
export async function buildWhereNeeded(): Promise<void> {
  const hash = hashSources();
  if (existsSync(BUILT) && existsSync(SOURCES_HASH) && readFileSync(SOURCES_HASH, 'utf8') === hash) return;
  const begin = Date.now();
  console.log('Building the Worker: its sources are new or have changed ...');
  const { status } = spawnSync(process.execPath, [join(ROOT, 'src/build.ts')], { stdio: 'inherit' });
  if (status !== 0) throw new StartError('The provider files were not compiled, so nothing was started.');
  const code = await bundle('src/worker.ts');
  mkdirSync(FOLDER, { recursive: true });
  write(BUILT, code);
  write(SOURCES_HASH, hash);
  console.log(`Built in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

/** The file is whole at any time. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
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
