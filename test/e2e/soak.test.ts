/** A small run of `npm run soak`, with the process killed and started again after it: the books must agree, and outlive it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSoak } from '../soak/soak.ts';
import { serveCountingUpstream } from '../soak/upstream.ts';
import { createDataFolder, startNodeRouter, type NodeRouter } from './node-router.ts';

const ADMIN = 'admin-of-the-soak-test';
const KEYS = 10;

let data: Awaited<ReturnType<typeof createDataFolder>>;
let upstream: Awaited<ReturnType<typeof serveCountingUpstream>>;
let router: NodeRouter;

const start = () =>
  startNodeRouter(data.path, {
    variables: { ADMIN_API_KEY: ADMIN, OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'upstream-key', LOG: 'off' },
  });

beforeAll(async () => {
  data = await createDataFolder();
  upstream = await serveCountingUpstream();
  router = await start();
});
afterAll(async () => {
  await router?.kill();
  await upstream?.stop();
  await data?.remove();
});

/** Every key with its limits, and what it has spent. */
async function readKeys(): Promise<unknown> {
  const response = await fetch(`${router.url}/v1/keys`, { headers: { authorization: `Bearer ${ADMIN}` } });
  expect(response.status).toBe(200);
  const { data: keys } = (await response.json()) as { data: { usage: number }[] };
  expect(keys.filter(({ usage }) => usage > 0)).toHaveLength(KEYS);
  return keys;
}

it('500 calls with disconnects: counters, ledger and upstream agree, before and after kill -9', async () => {
  const { differences, counts } = await runSoak({ url: router.url, admin: ADMIN }, upstream, {
    calls: 500,
    keys: 10,
    parallel: 16,
    seed: 7,
  });
  expect(differences).toEqual([]);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  const before = await readKeys();
  await router.kill();
  router = await start();
  expect(await readKeys()).toEqual(before);
});
