/** The configuration of a Worker and its bindings, as Miniflare takes it. */
import { join } from 'node:path';
import { ROOT } from './root.ts';

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

/** Name of the Worker that serves the files of the console. */
const CONSOLE = 'console';

/**
 * The files of the console as a Worker of their own, bound as `ASSETS`. Were they assets of the router itself, Miniflare would pass every request of the
 * API through another Worker first.
 */
export const CONSOLE_CONFIG = {
  name: CONSOLE,
  ...COMPATIBILITY,
  manifest: manifestOf('export default { fetch: () => new Response(null, { status: 404 }) };'), // for paths without a file
  assets: { directory: join(ROOT, 'src/console/public'), hasUserWorker: true },
};

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
  /** The console is bound. */
  console?: boolean;
  /** There is a Cache API. */
  cache?: boolean;
};

/** One module with its bindings, as Miniflare takes it. */
export function workerConfig(
  name: string,
  { code, variables }: { code: string; variables: Readonly<Record<string, string>> },
  { objects = {}, kv = [], d1 = [], console = false }: Bindings = {},
) {
  const texts = Object.entries(variables).map(([key, value]) => [key, { type: 'text' as const, value }] as const);
  const bound = Object.entries(objects).map(
    ([key, exportName]) => [key, { type: 'durable-object' as const, worker: name, exportName }] as const,
  );
  const stores = [
    ...kv.map((binding) => [binding, { type: 'kv' as const, id: binding }] as const),
    ...d1.map((binding) => [binding, { type: 'd1' as const, id: binding }] as const),
    ...(console ? [['ASSETS', { type: 'worker' as const, worker: CONSOLE }] as const] : []),
  ];
  const exported = Object.values(objects).map(
    (exportName) => [exportName, { type: 'durable-object' as const, storage: 'sqlite' as const }] as const,
  );
  return {
    name,
    ...COMPATIBILITY,
    manifest: manifestOf(code),
    env: Object.fromEntries([...texts, ...bound, ...stores]),
    exports: Object.fromEntries(exported),
  };
}

function manifestOf(code: string) {
  return { mainModule: 'worker.js', modulesRoot: '/', modules: { 'worker.js': { type: 'esm' as const, contents: code } } };
}
