/** Serves the router as two isolates that share their Durable Objects: paths below `/second` go to the second one, all others to the first. */
import { Miniflare } from 'miniflare';
import { bundle, OBJECTS, type ServingOperation } from '../dev/serve.ts';
import { workerConfig } from '../dev/worker-config.ts';

const SPLIT = `export default {
  fetch(request, env) {
    const url = new URL(request.url);
    const isSecond = url.pathname.startsWith('/second/');
    if (isSecond) url.pathname = url.pathname.slice('/second'.length);
    return (isSecond ? env.SECOND : env.FIRST).fetch(new Request(url, request));
  },
};`;

/** Serves both. */
export async function serveTwice(variables: Readonly<Record<string, string>>): Promise<ServingOperation> {
  const first = workerConfig('tributary', { code: await bundle('src/worker.ts'), variables }, { objects: OBJECTS });
  const workers = { FIRST: { type: 'worker' as const, worker: 'tributary' }, SECOND: { type: 'worker' as const, worker: 'second' } };
  const split = { ...workerConfig('split', { code: SPLIT, variables: {} }), env: workers };
  const configs = [split, first, { ...first, name: 'second', exports: {} }];
  const miniflare = new Miniflare({ host: '127.0.0.1', port: 0, cf: false, workers: configs.map((config) => ({ config })) });
  const url = await miniflare.ready;
  return { url: url.href.replace(/\/$/, ''), stop: () => miniflare.dispose() };
}
