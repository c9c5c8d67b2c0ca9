/** The router with a larger catalogue: as many models again, under other names, and one that the scripted upstream answers. */
import { build, type Plugin } from 'esbuild';
import { join } from 'node:path';
import { compileProviders } from '../../src/build.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { ROOT } from '../dev/serve.ts';
import { toModel, type Script } from './script.ts';

/** Name of the model that the upstream answers. */
export const LISTED = 'bench/listed';

/** A router, and how many models its catalogue has. */
export type Catalogued = { code: string; models: number };

/** Builds the router with its catalogue so many times as large. @param script what the listed model answers. */
export async function buildWithCatalogue(times: number, script: Script): Promise<Catalogued> {
  const { providers, problems } = compileProviders();
  if (problems.length > 0) throw new Error('the provider files have problems: npm run compile');
  const larger = providers.map((provider) => ({ ...provider, models: modelsOf(provider, times, toModel(script)) }));
  const contents = `export const CATALOG = ${JSON.stringify(writeCatalog(larger))};`;
  const catalogue: Plugin = {
    name: 'catalogue',
    setup: ({ onLoad }) => onLoad({ filter: /catalog\.generated\.ts$/ }, () => ({ contents })),
  };
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/worker.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    plugins: [catalogue],
    write: false,
    logLevel: 'error',
  });
  const code = outputFiles[0]?.text;
  if (code === undefined) throw new Error('the router gave no bundle');
  return { code, models: larger.reduce((sum, { models }) => sum + models.length, 0) };
}

function modelsOf({ slug, models }: CompiledProvider, times: number, listedId: string): CompiledProvider['models'] {
  const copies = Array.from({ length: times - 1 }, (_, copy) =>
    models.map(({ aliases: _aliases, ...model }) => ({ ...model, id: `${model.id}-${copy}`, slug: `${model.slug}-${copy}` })),
  );
  const listed = slug === 'openai' ? [{ id: listedId, slug: LISTED, source: 'https://example.com', checked: '2026-12-01' }] : [];
  return [...models, ...copies.flat(), ...listed].toSorted((one, other) => (one.slug < other.slug ? -1 : one.slug > other.slug ? 1 : 0));
}
