/**
 * Serves a Worker over real HTTP on this machine: the built router and the simulator, for the local scripts and the end-to-end tests.
 * Both run in workerd, as they would at the edge, with nothing but plain text variables unless storage is asked for.
 */
import { Miniflare } from 'miniflare';
import { applyMigrations } from './migrations.ts';
import { bundle } from './bundle.ts';
import { CONSOLE_CONFIG, workerConfig, type Bindings } from './worker-config.ts';

process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false'; // offline there is nothing to fetch, and nothing here needs Request.cf

export { bundle } from './bundle.ts';
export { ROOT } from './root.ts';
export { COMPATIBILITY, OBJECTS, type Bindings } from './worker-config.ts';

/** A Worker that is being served. */
export type ServingOperation = { url: string; stop: () => Promise<void> };

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
    workers: [
      { config: workerConfig(name, { code, variables }, bindings) },
      ...(bindings.console === true ? [{ config: CONSOLE_CONFIG }] : []),
    ],
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
