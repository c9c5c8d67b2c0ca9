/** What `npm run build` writes: one module, small, that serves with nothing but plain text variables. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post } from './harness.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';

const MAX_GZIP_BYTES = 374 * 1024;
/** A start reads all of the source: some 45 us for each KB, run or not. It has 1,145 KB. */
const MAX_SOURCE_BYTES = 1_170_000;

let folder: string;
let code: string;
let simulator: ServingOperation;
let router: ServingOperation;

beforeAll(async () => {
  // The build of package.json with a folder of its own, so that dist/ stays as it is.
  folder = await mkdtemp(join(tmpdir(), 'tributary-build-'));
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: { build: string } };
  const [command = ''] = scripts.build.split('&&');
  if (!command.includes('--outdir dist')) throw new Error(`npm run build no longer writes to dist: ${command}`);
  const [program = '', ...given] = command.replace('--outdir dist', `--outdir ${folder}`).trim().split(/\s+/);
  await promisify(execFile)(join(ROOT, 'node_modules/.bin', program), given, {
    cwd: ROOT,
    timeout: 55_000,
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, WRANGLER_SEND_METRICS: 'false' },
  });
  code = await readFile(join(folder, 'worker.js'), 'utf8');
  simulator = await serveSimulator(0);
  router = await serve('tributary', code, { SIMULATOR_URL: simulator.url, ALLOW_ANONYMOUS: 'true' });
});
afterAll(async () => {
  await router?.stop();
  await simulator?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('the built Worker is one module that imports only the platform', async () => {
  const modules = (await readdir(folder)).filter((name) => /\.(js|mjs|wasm)$/.test(name));
  expect(modules).toEqual(['worker.js']);
  const imported = [...code.matchAll(/(?:^|[;}\s])import\s*(?:[{*][^'"]*?from\s*)?["']([^"']+)["']/g)].map(([, name]) => name);
  expect(new Set(imported)).toEqual(new Set(['cloudflare:workers']));
  expect(code.includes('node:')).toBe(false); // without the text of the whole Worker in a failure
});

it('the built Worker is under 374 KiB, gzipped', () => {
  const bytes = gzipSync(code, { level: 9 }).length;
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(MAX_GZIP_BYTES);
});

it('the built Worker is a source of one byte for each character, under 1,170 KB', () => {
  expect(code.search(/[^\0-\x7f]/)).toBe(-1);
  expect(code.length).toBeLessThan(MAX_SOURCE_BYTES);
});

it('the built Worker streams with only text variables bound', async () => {
  const response = await post(`${router.url}/v1/chat/completions`, hello({ stream: true, temperature: 0 }));
  const stream = readStream(await response.text());
  expect(expectWhole(stream).adjustments).toMatchObject([{ param: 'temperature', to: 0.01 }]);
  expect(stream.text).toMatch(/^You said: "hello"\./);
});
