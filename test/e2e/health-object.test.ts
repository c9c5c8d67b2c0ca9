/** The shared book of endpoints as a real Durable Object in workerd, asked by several isolates' books over real requests. */
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Standing } from '../../src/unified/health.ts';
import { ROOT } from '../dev/serve.ts';
import { until } from './stand.ts';

let miniflare: Miniflare;
let unbound: Miniflare;
let url: string;
let unboundUrl: string;

/** Serves the Worker, its Durable Object bound or not. */
function serve(contents: string, isBound: boolean): Miniflare {
  const manifest = { mainModule: 'worker.js', modulesRoot: '/', modules: { 'worker.js': { type: 'esm' as const, contents } } };
  const config = {
    name: 'health',
    compatibilityDate: '2026-11-01',
    compatibilityFlags: ['no_nodejs_compat'],
    manifest,
    exports: { HealthObject: { type: 'durable-object' as const, storage: 'sqlite' as const } },
    env: isBound ? { HEALTH: { type: 'durable-object' as const, worker: 'health', exportName: 'HealthObject' } } : {},
  };
  return new Miniflare({ host: '127.0.0.1', port: 0, cf: false, workers: [{ config }] });
}

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'test/e2e/health-worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:workers'],
    write: false,
    logLevel: 'error',
  });
  const code = outputFiles[0]?.text ?? '';
  [miniflare, unbound] = [serve(code, true), serve(code, false)];
  [url, unboundUrl] = [(await miniflare.ready).href, (await unbound.ready).href];
});
afterAll(async () => {
  await miniflare?.dispose();
  await unbound?.dispose();
});

const ask = async <Answer>(path: string, base = url) => (await (await fetch(`${base}${path}`)).json()) as Answer;
const standing = (isolate: string) => ask<Standing>(`${isolate}/standing`);
/** Asks an isolate for its standing until it is as expected. */
const heard = (isolate: string, what: string, isSo: (standing: Standing) => boolean) =>
  until(`${isolate} to hear of ${what}`, async () => {
    const known = await standing(isolate);
    return isSo(known) ? known : undefined;
  });

it('isolates learn from each other what endpoints do, and count nothing twice', async () => {
  await standing('reader');
  for (const kind of ['failure', 'failure', 'success', 'failure', 'failure', 'failure']) await ask(`writer/${kind}`);
  expect((await standing('writer')).failures).toBe(5); // known at once where it was seen
  const known = await heard('reader', 'all of it', ({ failures }) => failures === 5);
  expect(known).toMatchObject({ successes: 1, firstContentMs: { p50: expect.any(Number) }, tokensPerSecond: null });
  expect(known.state).not.toBe('trusted');

  // The pause ends, one isolate probes, and the other hears how that went.
  await until('the pause to end', async () => ((await standing('writer')).state === 'probe' ? true : undefined));
  expect(await ask('writer/claim')).toBe(true);
  expect(await ask('writer/claim')).toBe(false);
  await heard('reader', 'the probe', ({ state }) => state === 'aside');
  expect(await ask('reader/claim')).toBe(false);
  await ask('writer/success');
  expect(await heard('reader', 'its success', ({ state }) => state === 'trusted')).toMatchObject({ successes: 2, failures: 5 });
  expect(await standing('writer')).toMatchObject({ successes: 2, failures: 5, state: 'trusted' });
});

it('nothing bound is nothing shared', async () => {
  expect(await ask('writer/standing', unboundUrl)).toBe('nothing is bound');
});
