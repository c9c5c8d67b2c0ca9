/** A catalogue in a real KV namespace, pushed and rolled back by the scripts, and used by the built router. */
import { sha256Hex } from '../../src/lib/hash.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogKey, POINTER_KEY } from '../../src/platform/stored-catalog.ts';
import { CATALOG } from '../../src/registry/catalog.generated.ts';
import { bundle, COMPATIBILITY, ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';
import { runTributary } from '../support/project-copy.ts';
import { until } from './harness.ts';

describe('a router with a namespace', () => {
  let miniflare: Miniflare;
  let url: string;
  beforeAll(async () => {
    const config = {
      name: 'tributary',
      ...COMPATIBILITY,
      manifest: {
        mainModule: 'worker.js',
        modulesRoot: '/',
        modules: { 'worker.js': { type: 'esm' as const, contents: await bundle('src/worker.ts') } },
      },
      env: { CATALOG: { type: 'kv' as const }, ALLOW_ANONYMOUS: { type: 'text' as const, value: 'true' } },
    };
    miniflare = new Miniflare({ host: '127.0.0.1', port: 0, cf: false, workers: [{ config }] });
    url = (await miniflare.ready).href.replace(/\/$/, '');
  });
  afterAll(() => miniflare.dispose());

  it('switches to a pushed catalogue and reports its source', async () => {
    const text = JSON.stringify({ ...CATALOG, version: 'pushed', checked: '2026-11-29' });
    const hash = await sha256Hex(text);
    const pushedAt = '2026-11-30T12:00:00.000Z';
    const namespace = await miniflare.getKVNamespace('CATALOG');
    await namespace.put(catalogKey(hash), text);
    await namespace.put(POINTER_KEY, JSON.stringify({ current: { hash, pushedAt }, earlier: [] }));

    const catalogAt = async (path: string) => ((await (await fetch(`${url}${path}`)).json()) as { catalog: { source: string } }).catalog;
    expect(await catalogAt('/health')).toEqual({ version: CATALOG.version, checked: CATALOG.checked, source: 'bundled' });
    const used = await until('the pushed catalogue', async () => {
      const catalog = await catalogAt('/v1/providers');
      return catalog.source === 'kv' ? catalog : undefined;
    });
    expect(used).toEqual({ version: 'pushed', checked: '2026-11-29', source: 'kv', hash, pushed_at: pushedAt });
    expect(await catalogAt('/health')).toEqual(used);
  });
});

describe('npm run catalog:push', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-kv-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'wrangler.toml');
  writeFileSync(config, 'name = "test"\n[[kv_namespaces]]\nbinding = "CATALOG"\nid = "test"\n');
  const where = ['--local', `--config=${config}`, `--persist-to=${join(folder, 'state')}`];
  const run = async (...given: string[]) => {
    const running = runScript(ROOT, 'test/dev/catalog-push.ts', [...given, ...where]);
    return { exit: await running.exit, output: running.output() };
  };
  const rollBack = () => runTributary(ROOT, ['catalog', 'rollback', ...where, '--json']);
  it('puts a catalogue into the namespace, and tributary catalog rollback finds it there and goes back', { timeout: 180_000 }, async () => {
    expect(await run()).toMatchObject({ exit: 0, output: expect.stringContaining('Done.') });
    const back = await rollBack();
    expect({ code: back.code, document: JSON.parse(back.stdout) as unknown }).toEqual({
      code: 0,
      document: { current: null, is_changed: true },
    });
  });
});
