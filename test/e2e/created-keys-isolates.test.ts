/** Keys that are revoked while several isolates use them: two real ones, and some with a clock that the test moves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, manage, type Created } from './manage-keys.ts';
import { serveTwice } from './serve-twice.ts';

const VARIABLES = { ADMIN_API_KEY: ADMIN_KEY };

let simulator: ServingOperation;
beforeAll(async () => {
  simulator = await serveSimulator(0);
});
afterAll(() => simulator.stop());

describe('two isolates with one directory', () => {
  it('refuse a key that was revoked with hard=true at once where it has limits, else within a minute', async () => {
    const twice = await serveTwice({ ...VARIABLES, SIMULATOR_URL: simulator.url });
    const limited = await createKey(twice.url, { limits: [{ resource: 'concurrent', amount: 3 }] });
    const free = await createKey(twice.url);
    const ask = async ({ key }: Created, isolate: string) => {
      const response = await post(`${twice.url}${isolate}/v1/chat/completions`, hello(), bearer(key));
      await response.text();
      return response.status;
    };
    for (const one of [limited, free]) expect([await ask(one, ''), await ask(one, '/second')]).toEqual([200, 200]);
    for (const { data } of [limited, free]) await manage(twice.url, `DELETE /${data.hash}?hard=true`);
    expect([await ask(limited, ''), await ask(limited, '/second')]).toEqual([401, 401]);
    expect([await ask(free, ''), await ask(free, '/second')]).toEqual([401, 200]);
    const disabled = await createKey(twice.url, { limits: [{ resource: 'concurrent', amount: 3 }] });
    expect(await ask(disabled, '/second')).toBe(200);
    await manage(twice.url, `PATCH /${disabled.data.hash}?hard=true`, { disabled: true });
    expect(await ask(disabled, '/second')).toBe(401);
    await manage(twice.url, `PATCH /${disabled.data.hash}`, { disabled: false });
    expect([await ask(disabled, ''), await ask(disabled, '/second')]).toEqual([200, 200]);
    await twice.stop();
  });

  it('refuse a key that was revoked: at once where it was, elsewhere within a minute', async () => {
    const worker = await serve('tributary', await bundle('test/e2e/two-directories-worker.ts'), VARIABLES, {
      objects: { KEY_DIRECTORY: OBJECTS.KEY_DIRECTORY, KEYS: OBJECTS.KEYS },
    });
    const { key, data } = await createKey(worker.url);
    const at = async (name: string, seconds: number): Promise<number> =>
      (await fetch(`${worker.url}/isolate/${name}?ms=${1_800_000_000_000 + 1000 * seconds}`, { headers: bearer(key) })).status;
    const inWorker = async () => (await fetch(`${worker.url}/v1/models/count`, { headers: bearer(key) })).status;
    expect([await at('one', 0), await at('two', 40), await inWorker()]).toEqual([200, 200, 200]);
    expect((await manage(worker.url, `DELETE /${data.hash}`)).status).toBe(200);
    expect(await inWorker()).toBe(401);
    expect([await at('one', 41), await at('two', 41)]).toEqual([200, 200]);
    expect([await at('one', 60), await at('two', 60), await at('three', 60)]).toEqual([401, 200, 401]);
    expect(await at('two', 100)).toBe(401);
    await worker.stop();
  });
});
