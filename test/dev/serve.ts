/**
 * Serves a Worker over real HTTP on this machine: the built router and the simulator, for the local scripts and the end-to-end tests.
 * Both run in workerd, as they would at the edge, with nothing but plain text variables unless storage is asked for.
 */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { prepareWorker, serveWorker } from './workerd.ts';
import { CONSOLE_CONFIG, workerConfig, type Bindings } from './worker-config.ts';

process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false'; // offline there is nothing to fetch, and nothing here needs Request.cf

export { bundle } from './bundle.ts';
export { ROOT } from './root.ts';
export { COMPATIBILITY, OBJECTS, type Bindings } from './worker-config.ts';

/** A Worker that is being served. */
export type ServingOperation = { url: string; stop: () => Promise<void> };

/**
 * Serves one module. The database bound as `LEDGER` has its tables. Miniflare is started only for what it alone has (KV, D1, the Cache API, the
 * console, a fixed port): there a start of the router and its simulator takes 2.1 s of CPU, in raw workerd 0.35 s (2026-12-01).
 */
export function serve(
  name: string,
  code: string,
  variables: Readonly<Record<string, string>>,
  bindings: Bindings = {},
): Promise<ServingOperation> {
  const { kv = [], d1 = [], console: hasConsole = false, cache = false, port } = bindings;
  const needsMiniflare = kv.length > 0 || d1.length > 0 || hasConsole || cache || port !== undefined;
  return needsMiniflare ? serveInMiniflare(name, code, variables, bindings) : serveInWorkerd(code, variables, bindings);
}

async function serveInWorkerd(
  code: string,
  variables: Readonly<Record<string, string>>,
  { objects, persist }: Bindings,
): Promise<ServingOperation> {
  // Where Miniflare keeps them: a router may be served in either on the same folder.
  const kept = persist === undefined ? {} : { persist: join(persist, 'do') };
  const worker = prepareWorker(code, { variables, hasLogs: true }, objects === undefined ? {} : { classes: objects, ...kept });
  const { url, stop } = await serveWorker(worker, [], printLog);
  const remove = () => rm(dirname(worker.config), { recursive: true, force: true, maxRetries: 5 });
  return { url, stop: () => stop().then(remove) };
}

/** Prints what a Worker logged, as the Worker did. */
function printLog(line: string): void {
  const { level, message } = JSON.parse(line) as { level: string; message: string };
  if (level === 'error' || level === 'warn') console.error(message);
  else console.log(message);
}

async function serveInMiniflare(
  name: string,
  code: string,
  variables: Readonly<Record<string, string>>,
  bindings: Bindings,
): Promise<ServingOperation> {
  const { d1 = [], persist, port = 0 } = bindings;
  const { Miniflare } = await import('miniflare');
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port,
    cf: false,
    ...(persist === undefined ? {} : { resourcePersistencePath: persist }),
    workers: [
      { config: workerConfig(name, { code, variables }, bindings) },
      ...(bindings.console === true ? [{ config: CONSOLE_CONFIG }] : []),
    ],
  });
  const url = await miniflare.ready;
  if (d1.includes('LEDGER')) {
    const { applyMigrations } = await import('./migrations.ts');
    await applyMigrations(await miniflare.getD1Database('LEDGER'));
  }
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
