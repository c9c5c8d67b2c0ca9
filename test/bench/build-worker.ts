/** The code that is measured: the router as `npm run build` makes it, in a folder of its own, and the small Workers it is compared with. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundle, ROOT } from '../dev/serve.ts';
import { temporaryFolder } from '../dev/children.ts';

/** Longest build, in milliseconds. */
const BUILD_MS = 120_000;

/** The Workers by name, and the size of the router. */
export type Built = {
  tributary: string;
  passthrough: string;
  identity: string;
  empty: string;
  cache: string;
  rawBytes: number;
  gzipBytes: number;
};

/** Builds everything. */
export async function buildWorkers(): Promise<Built> {
  const folder = temporaryFolder();
  const wrangler = join(ROOT, 'node_modules/.bin/wrangler');
  await promisify(execFile)(wrangler, ['deploy', '--dry-run', '--minify', '--outdir', folder], {
    cwd: ROOT,
    timeout: BUILD_MS,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  const tributary = readFileSync(join(folder, 'worker.js'), 'utf8');
  const [passthrough = '', identity = '', empty = '', cache = ''] = await Promise.all(
    ['passthrough', 'identity', 'empty', 'cache'].map((name) => bundle(`test/bench/workers/${name}.ts`)),
  );
  return {
    tributary,
    passthrough,
    identity,
    empty,
    cache,
    rawBytes: Buffer.byteLength(tributary),
    gzipBytes: gzipSync(tributary, { level: 9 }).length,
  };
}
