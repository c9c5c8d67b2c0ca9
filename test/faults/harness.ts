/**
 * Harness of the fault table: the built Worker over real HTTP in workerd, with scripted upstreams behind it. It makes a catalogue in which
 * every case has its own providers: the router remembers the health of endpoints, and cases that run at the same time must not share it.
 */
import { build, type Plugin } from 'esbuild';
import { join } from 'node:path';
import { TEMPLATE_NAMES } from '../../src/dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../src/dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../src/dialects/index.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { variablePrefix, type CompiledProvider } from '../../src/registry/provider.ts';
import { compile, describeProblem, type SourceFile } from '../../src/registry/compile.ts';
import { ROOT, serve } from '../dev/serve.ts';
import { BAD_KEY } from './behaviours.ts';
import { SETUPS, type Letter, type Mode, type Row, type SetupName } from './expectation.ts';
import { startUpstream, type Script, type Upstream } from './scripted-upstream.ts';

/** One row in one setup and one mode. */
export type Case = { row: Row; setup: SetupName; mode: Mode; /** `row / setup / mode`. */ name: string; /** Unique, short. */ id: string };

/** One endpoint of a case. */
export type Endpoint = { letter: Letter; slug: string; name: string; model: string; script: Script; upstream: Upstream };

/** A case that can be run. */
export type ReadyCase = Case & { endpoints: readonly Endpoint[]; routerUrl: string };

/** The running router and upstreams. */
export type FaultHarness = { cases: readonly ReadyCase[]; stop: () => Promise<void> };

/** The cases of a table. */
export function casesOf(rows: readonly Row[]): Case[] {
  const cases = rows.flatMap((row) =>
    (Object.keys(row.setups) as SetupName[]).flatMap((setup) =>
      (row.modes ?? (['stream', 'body'] as const)).map((mode) => ({ row, setup, mode, name: `${row.name} / ${setup} / ${mode}` })),
    ),
  );
  return cases.map((one, index) => ({ ...one, id: `case-${index}` }));
}

/** Starts the upstreams of all cases, and one router in front of them. @param variables more of the router's. */
export async function openFaultHarness(cases: readonly Case[], variables: Readonly<Record<string, string>> = {}): Promise<FaultHarness> {
  const waiting = await Promise.all(cases.map(async (one) => ({ ...one, endpoints: await startEndpoints(one) })));
  const files = waiting.flatMap(({ row, endpoints }) => endpoints.map((endpoint) => toFile(endpoint, row)));
  const { providers, problems } = compile(files, { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS }, TEMPLATE_NAMES);
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  const router = await serve('tributary-faults', await bundleWith(providers), {
    ALLOW_ANONYMOUS: 'true',
    ...keysOf(waiting),
    ...variables,
  });
  return {
    cases: waiting.map((one) => ({ ...one, routerUrl: router.url })),
    async stop() {
      await router.stop();
      await Promise.all(waiting.flatMap(({ endpoints }) => endpoints.map(({ upstream }) => upstream.stop())));
    },
  };
}

function startEndpoints({ id, row, setup }: Case): Promise<Endpoint[]> {
  const models: Partial<Record<Letter, number>> = SETUPS[setup];
  return Promise.all(
    (Object.keys(models) as Letter[]).map(async (letter): Promise<Endpoint> => {
      const script = row.scripts[letter] ?? { answers: ['ok'] };
      const slug = `${id}-${letter.toLowerCase()}`;
      return { letter, slug, name: `Host ${slug}`, model: `${id}/model-${models[letter]}`, script, upstream: await startUpstream(script) };
    }),
  );
}

/** The provider file of an endpoint. The second model has the larger context, so that it may fit where the first one does not. */
function toFile({ slug, name, model, script, upstream }: Endpoint, { parameters, twoKeys }: Row): SourceFile {
  const listed = script.takesPrefill === true || script.answers.includes('refuses prefill');
  const file = {
    name,
    docs: 'https://example.org/docs',
    baseUrl: upstream.url,
    auth: { scheme: 'bearer', ...(twoKeys === true ? {} : { secret: SHARED_KEY }) },
    operations: { chat: { dialect: 'openai-chat', ...(parameters === undefined ? {} : { parameters }) } },
    models: [
      {
        slug: model,
        id: model.split('/')[1],
        contextTokens: model.endsWith('-1') ? 8192 : 131_072,
        ...(listed ? { capabilities: ['tools', 'structured_outputs', 'prefill'] } : { capabilities: ['tools', 'structured_outputs'] }),
        priceUsdPerMillionTokens: { prompt: 1, completion: 2 },
        source: 'https://example.org/prices',
        checked: '2026-11-20',
      },
    ],
  };
  return { path: `providers/${slug}.jsonc`, text: JSON.stringify(file) };
}

const SHARED_KEY = 'FAULT_API_KEY';

/** Keys that no answer may contain: each is recognised by the word in it. */
function keysOf(cases: readonly { row: Row; endpoints: readonly Endpoint[] }[]): Record<string, string> {
  const pairs = cases
    .filter(({ row }) => row.twoKeys === true)
    .flatMap(({ endpoints }) => endpoints.map(({ slug }) => [`${variablePrefix(slug)}_API_KEY`, `${BAD_KEY},canary-key-2`]));
  return { [SHARED_KEY]: 'canary-key-0', ...(Object.fromEntries(pairs) as Record<string, string>) };
}

/** The Worker with another catalogue in the place of the generated one. */
async function bundleWith(providers: readonly CompiledProvider[]): Promise<string> {
  const catalogue: Plugin = {
    name: 'catalogue',
    setup(bundling) {
      bundling.onLoad({ filter: /catalog\.generated\.ts$/ }, () => ({
        contents: `export const CATALOG = ${JSON.stringify(writeCatalog(providers))};`,
        loader: 'ts',
      }));
    },
  };
  const result = await build({
    entryPoints: [join(ROOT, 'src/worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
    logLevel: 'error',
    plugins: [catalogue],
    external: ['cloudflare:*'],
  });
  const text = result.outputFiles[0]?.text;
  if (text === undefined) throw new Error('the Worker gave no bundle');
  return text;
}
