/**
 * Serves a Worker over real HTTP on this machine: the built router and the simulator, for the local scripts and the end-to-end tests.
 * Both run in workerd, as they would at the edge, with nothing but plain text variables unless storage is asked for.
 */
import { Miniflare } from 'miniflare';
import { applyMigrations } from './migrations.ts';
import { bundle } from './bundle.ts';

process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false'; // offline there is nothing to fetch, and nothing here needs Request.cf

export { bundle } from './bundle.ts';
export { ROOT } from './root.ts';

/** A Worker that is being served. */
export type ServingOperation = { url: string; stop: () => Promise<void> };

/** Date and flags of the runtime. Keep in step with wrangler.toml. */
export const COMPATIBILITY = { compatibilityDate: '2026-11-01', compatibilityFlags: ['no_nodejs_compat', 'enable_request_signal'] };

/** The Durable Objects of the router: name of the binding to the class it exports. Keep in step with wrangler.toml. */
export const OBJECTS = {
  KEY_DIRECTORY: 'KeyDirectoryObject',
  KEYS: 'KeyObject',
  STREAMS: 'StreamObject',
  RESPONSES: 'ResponsesObject',
  METRICS: 'MetricsObject',
  HEALTH: 'HealthObject',
} as const;

/** What to bind besides variables. */
export type Bindings = {
  /** Durable Objects: name of the binding to the class that the Worker exports. */
  objects?: Readonly<Record<string, string>>;
  /** Names of KV namespaces. */
  kv?: readonly string[];
  /** Names of D1 databases. */
  d1?: readonly string[];
  /** Folder in which everything is kept after the end. Absent = nothing is. */
  persist?: string;
  /** Absent = a free one. */
  port?: number;
};

/** One module with its bindings, as Miniflare takes it. */
export function workerConfig(
  name: string,
  { code, variables }: { code: string; variables: Readonly<Record<string, string>> },
  { objects = {}, kv = [], d1 = [] }: Bindings = {},
) {
  const texts = Object.entries(variables).map(([key, value]) => [key, { type: 'text' as const, value }] as const);
  const bound = Object.entries(objects).map(
    ([key, exportName]) => [key, { type: 'durable-object' as const, worker: name, exportName }] as const,
  );
  const stores = [
    ...kv.map((binding) => [binding, { type: 'kv' as const, id: binding }] as const),
    ...d1.map((binding) => [binding, { type: 'd1' as const, id: binding }] as const),
  ];
  const exported = Object.values(objects).map(
    (exportName) => [exportName, { type: 'durable-object' as const, storage: 'sqlite' as const }] as const,
  );
  return {
    name,
    ...COMPATIBILITY,
    manifest: { mainModule: 'worker.js', modulesRoot: '/', modules: { 'worker.js': { type: 'esm' as const, contents: code } } },
    env: Object.fromEntries([...texts, ...bound, ...stores]),
    exports: Object.fromEntries(exported),
  };
}

/** Serves one module. The database bound as `LEDGER` has its tables. */
export async function serve(
  name: string,
  code: string,
  variables: Readonly<Record<string, string>>,
  bindings: Bindings = {},
): Promise<ServingOperation> {
  const { d1 = [], persist, port = 0 } = bindings;
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port,
    cf: false,
    ...(persist === undefined ? {} : { resourcePersistencePath: persist }),
    workers: [{ config: workerConfig(name, { code, variables }, bindings) }],
  });
  const url = await miniflare.ready;
  if (d1.includes('LEDGER')) await applyMigrations(await miniflare.getD1Database('LEDGER'));
  return { url: url.href.replace(/\/$/, ''), stop: () => miniflare.dispose() };
}

/** Serves the simulator. @param tokenMs its pause between tokens, in milliseconds. */
export async function serveSimulator(tokenMs: number): Promise<ServingOperation> {
  return serve('simulator', await bundle('test/simulator/worker.ts'), { TOKEN_MS: String(tokenMs) });
}

/** Serves the router from its sources. */
export async function serveRouter(variables: Readonly<Record<string, string>>, bindings: Bindings = {}): Promise<ServingOperation> {
  return serve('tributary', await bundle('src/worker.ts'), variables, bindings);
}
