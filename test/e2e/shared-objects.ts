/** Two isolates of the router with the same objects, for tests of limits. */
import { Miniflare } from 'miniflare';
import { bundle, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { OBJECTS, workerConfig } from '../dev/worker-config.ts';
import { post } from './harness.ts';

/** The key of the operator. */
export const ADMIN = { authorization: 'Bearer admin-key-of-the-tests' };

/** Two isolates, and the objects between them. */
export type SharedObjects = { simulatorUrl: string; a: string; b: string; object: (account: string, method: string, argument: unknown) => Promise<unknown>; restart: () => Promise<void>; stop: () => Promise<void> }; // prettier-ignore

/** A key that was created. */
export type CreatedKey = { key: string; hash: string; headers: Record<string, string> };

/** Serves both. @param persist folder in which the objects are kept, so that they can be restarted; absent = they are not. */
export async function shareObjects(variables: Readonly<Record<string, string>> = {}, persist?: string): Promise<SharedObjects> {
  const simulator = await serveSimulator(0);
  const [router, front] = await Promise.all([bundle('src/worker.ts'), bundle('test/e2e/shared-objects-worker.ts')]);
  const all = { SIMULATOR_URL: simulator.url, ADMIN_API_KEY: ADMIN.authorization.slice(7), ...variables };
  const isolate = (name: string) => workerConfig(name, { code: router, variables: all }, { objects: OBJECTS });
  const [first, second] = [isolate('tributary'), isolate('second')];
  const env = { ...second.env, ...Object.fromEntries(Object.keys(OBJECTS).map((name) => [name, first.env[name]])) };
  const entry = workerConfig('front', { code: front, variables: {} });
  const service = (worker: string) => ({ type: 'worker' as const, worker });
  const bound = { A: service('tributary'), B: service('second'), KEYS: first.env['KEYS'] };
  const start = async (): Promise<ServingOperation> => {
    const miniflare = new Miniflare({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      ...(persist === undefined ? {} : { resourcePersistencePath: persist }),
      workers: [{ config: { ...entry, env: bound } }, { config: first }, { config: { ...second, env } }] as never,
    });
    const url = await miniflare.ready;
    return { url: url.href.replace(/\/$/, ''), stop: () => miniflare.dispose() };
  };
  let serving = await start();
  return {
    simulatorUrl: simulator.url,
    get a() {
      return `${serving.url}/a/v1`;
    },
    get b() {
      return `${serving.url}/b/v1`;
    },
    object: async (account, method, argument) => (await post(`${serving.url}/object/${account}/${method}`, argument)).json(),
    restart: async () => {
      await serving.stop();
      serving = await start();
    },
    stop: async () => {
      await serving.stop();
      await simulator.stop();
    },
  };
}

/** Creates a key. */
export async function createKey({ a }: Pick<SharedObjects, 'a'>, fields: Readonly<Record<string, unknown>>): Promise<CreatedKey> {
  const response = await post(`${a}/keys`, { name: 'test', ...fields }, ADMIN);
  const { key, data } = (await response.json()) as { key: string; data: { hash: string } };
  return { key, hash: data.hash, headers: { authorization: `Bearer ${key}` } };
}
