/**
 * `npm run catalog:push`: compiles and checks the provider files and puts the catalogue into the KV namespace that is bound as `CATALOG`.
 * `npm run catalog:rollback` goes back to the catalogue before it. Deployed Workers use it within about two minutes; nothing is deployed.
 * `--local` writes to the storage of `npx wrangler dev`; `--env NAME`, `--config FILE` and `--persist-to FOLDER` go to wrangler as they are.
 * `--json` prints what is in use afterwards as JSON, and nothing else to stdout.
 */
import { sha256Hex } from '../../src/lib/hash.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProviders, describeProblems } from '../../src/build.ts';
import { catalogKey, pointBack, POINTER_KEY, pointTo, readPointer, type CatalogPointer } from '../../src/platform/stored-catalog.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { endRefused, readOptions } from './options.ts';
import { ROOT } from './root.ts';

const { values: options, positionals } = readOptions(
  {
    allowPositionals: true,
    options: {
      local: { type: 'boolean', default: false },
      env: { type: 'string' },
      'persist-to': { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  'npm run catalog:push -- [--local] [--env NAME] [--config FILE] [--persist-to FOLDER] [--json]; the same for catalog:rollback',
);

/** An end with a message instead of a stack. */
class Refusal extends Error {}

const where = [
  '--binding=CATALOG',
  options.local ? '--local' : '--remote',
  ...(options.env === undefined ? [] : [`--env=${options.env}`]),
  ...(options.config === undefined ? [] : [`--config=${options.config}`]),
  ...(options['persist-to'] === undefined ? [] : [`--persist-to=${options['persist-to']}`]),
];

const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

/** Runs one `wrangler kv key` command and returns what it prints. */
function wrangler(...given: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WRANGLER, 'kv', 'key', ...given, ...where], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  throw new Refusal(
    `wrangler kv key ${given[0]} failed:\n${stderr || stdout}\nA namespace must be bound as CATALOG in wrangler.toml, and deployed once: see docs/operating.md.`,
  );
}

/** The pointer that is stored. A namespace without one has none yet. */
function currentPointer(): CatalogPointer {
  const names = JSON.parse(wrangler('list', `--prefix=${POINTER_KEY}`)) as { name: string }[];
  return readPointer(names.some(({ name }) => name === POINTER_KEY) ? wrangler('get', POINTER_KEY, '--text') : null);
}

function put(key: string, value: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
  try {
    writeFileSync(join(folder, 'value'), value);
    wrangler('put', key, `--path=${join(folder, 'value')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function push(): Promise<void> {
  const { providers, problems } = compileProviders();
  if (problems.length > 0) throw new Refusal(describeProblems(problems));
  const text = JSON.stringify(writeCatalog(providers));
  const hash = await sha256Hex(text);
  const pointer = currentPointer();
  if (pointer.current?.hash === hash) return report(`The catalogue ${hash} is in use already.`, { ...pointer, isChanged: false });
  console.error(
    `Putting the catalogue of ${providers.length} providers (${Math.round(text.length / 1024)} KiB) under ${catalogKey(hash)} ...`,
  );
  put(catalogKey(hash), text);
  const next = pointTo(pointer, { hash, pushedAt: new Date().toISOString() });
  put(POINTER_KEY, JSON.stringify(next));
  report('Done. Workers use it within about two minutes; npm run catalog:rollback goes back.', { ...next, isChanged: true });
}

function rollback(): void {
  const pointer = currentPointer();
  if (pointer.current === null) throw new Refusal('No pushed catalogue is in use: there is nothing to go back from.');
  const back = pointBack(pointer);
  put(POINTER_KEY, JSON.stringify(back));
  const { current } = back;
  const text = current === null ? 'Back to the catalogue of the deployed Worker.' : `Back to ${current.hash}, pushed ${current.pushedAt}.`;
  report(text, { ...back, isChanged: true });
}

/** Prints the end of a run: for people, or as JSON. `current` is null for the catalogue of the deployed Worker. */
function report(text: string, { current, isChanged }: Pick<CatalogPointer, 'current'> & { isChanged: boolean }): void {
  const used = current === null ? null : { hash: current.hash, pushed_at: current.pushedAt };
  console.log(options.json ? JSON.stringify({ current: used, is_changed: isChanged }, null, 2) : text);
}

try {
  if (positionals[0] === 'rollback') rollback();
  else await push();
} catch (thrown) {
  if (!(thrown instanceof Refusal)) throw thrown;
  endRefused(thrown.message, options.json);
}
