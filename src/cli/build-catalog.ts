/** Compiles the provider files where they are newer than the compiled catalogue, as `npm run compile` does. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';

/** The compiled catalogue, below the folder of the project. */
export const CATALOG = 'src/registry/catalog.generated.ts';

/** Its time is that of the last build: a build that changes nothing writes nothing. */
const STAMP = '.cache/catalog-built';

/** What the catalogue is made from. */
const SOURCES = ['providers', 'src'];

/** @throws CliError where a provider file is wrong; the message has file, line and key. */
export async function buildCatalog({ root, environment }: Pick<Cli, 'root' | 'environment'>): Promise<void> {
  const nowMs = Date.now();
  if (isFresh(root)) return;
  const child = spawn(process.execPath, [join(root, 'src/build.ts')], {
    cwd: root,
    env: { ...environment, WRANGLER_COMMAND: undefined },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let problems = '';
  child.stderr.on('data', (bytes: Buffer) => (problems += String(bytes)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new CliError('failed', problems.trim(), 'Correct the files, and give the command again.');
  const stamp = join(root, STAMP);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${nowMs}\n`);
}

function isFresh(root: string): boolean {
  const built = join(root, CATALOG);
  if (!existsSync(built)) return false;
  const builtMs = Math.max(changedMs(built), changedMs(join(root, STAMP)));
  return SOURCES.every((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).every((name) => changedMs(join(root, folder, name)) <= builtMs),
  );
}

/** Time of the last change; 0 for a link to nothing, which editors leave. */
const changedMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
