/** The ledger of keys that were created, with limits and without, and of two versions of the Worker on one folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post, until } from './harness.ts';

const [ADMIN, STATIC] = ['the-admin-key', 'the-static-key'];

type Json = Record<string, unknown>;

let folder: string;
let simulator: ServingOperation;
let code: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-keys-'));
  simulator = await serveSimulator(0);
  code = await bundle('src/worker.ts');
});
afterAll(async () => {
  await simulator?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Serves a version of the Worker on a folder, and stops it after `use`. */
async function withWorker<Result>(version: string, name: string, use: (url: string) => Promise<Result>): Promise<Result> {
  const variables = { SIMULATOR_URL: simulator.url, ADMIN_API_KEY: ADMIN, ROUTER_API_KEYS: STATIC };
  const worker = await serve('tributary', version, variables, { objects: OBJECTS, d1: ['LEDGER'], persist: join(folder, name) });
  try {
    return await use(`${worker.url}/v1`);
  } finally {
    await worker.stop();
  }
}

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const get = async (url: string, key: string) => (await (await fetch(url, { headers: as(key) })).json()) as { data: Json[] };

async function ask(url: string, key: string): Promise<string> {
  const response = await post(`${url}/chat/completions`, hello({ stream: true }), as(key));
  await response.text();
  expect(response.status).toBe(200);
  return response.headers.get('x-generation-id') ?? '';
}

async function createKey(url: string, fields: Json = {}): Promise<{ key: string; hash: string }> {
  const response = await post(`${url}/keys`, { name: 'a key', ...fields }, as(ADMIN));
  const { key, data } = (await response.json()) as { key: string; data: { hash: string } };
  return { key, hash: data.hash };
}

/** The rows of an account, once there are so many. */
const rowsOf = (url: string, key: string, count: number) =>
  until(`${count} rows`, async () => {
    const { data } = await get(`${url}/activity/generations?limit=1000`, key);
    return data.length >= count ? data : undefined;
  });

describe('keys that were created', () => {
  it('have a ledger with limits and without, with their tags; keys of ROUTER_API_KEYS have none unless all are kept', async () => {
    await withWorker(code, 'keys', async (url) => {
      const free = await createKey(url, { tags: { team: 'blue' } });
      const limited = await createKey(url, { limit: 1000 });
      const ids = [await ask(url, free.key), await ask(url, limited.key)];
      await ask(url, STATIC);
      const [[row], [limitedRow]] = [await rowsOf(url, free.key, 1), await rowsOf(url, limited.key, 1)];
      expect([row?.['id'], limitedRow?.['id']]).toEqual(ids);
      expect(row).toMatchObject({ key: free.hash, tags: { team: 'blue' }, status: 200 });
      expect((await get(`${url}/activity/generations?tag=team:blue`, free.key)).data).toHaveLength(1);
      expect((await get(`${url}/activity/generations?tag=team:red`, free.key)).data).toEqual([]);
      expect((await get(`${url}/activity/generations`, STATIC)).data).toEqual([]);
      // Both ways lead to D1.
      const all = await rowsOf(url, ADMIN, 2);
      expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const sums = (await get(`${url}/activity?group_by=key`, ADMIN)).data;
      expect(sums.map(({ key }) => key).toSorted()).toEqual([free.hash, limited.hash].toSorted());
      // What the key states as its usage is what its rows cost.
      const { data } = (await (await fetch(`${url}/key`, { headers: as(limited.key) })).json()) as { data: Json };
      expect(data['usage']).toBe(limitedRow?.['cost'] ?? 0);
    });
  });
});

describe('two versions of the Worker on one folder', () => {
  it('read what the other has written, and add up the same sums', async () => {
    const step = 'CREATE TABLE ledger_waiting';
    const field = /costNanoUsd: costOf\d*\(record\d*\),/;
    expect([code.includes(step), field.test(code)]).toEqual([true, true]);
    // The next version has another column, another table, and another field in its rows.
    const next = code
      .replace(/("|')CREATE TABLE ledger_waiting[^;]*?WITHOUT ROWID\1/, (text) => {
        const more = [
          'ALTER TABLE ledger_sums ADD COLUMN future INTEGER NOT NULL DEFAULT 5',
          'CREATE TABLE ledger_future (id TEXT PRIMARY KEY)',
        ];
        return [text, ...more.map((sql) => JSON.stringify(sql))].join(', ');
      })
      .replace(field, (text) => `${text} fieldOfTomorrow: { deep: true },`);
    expect(next.length).toBeGreaterThan(code.length + 100);
    const ids: string[] = [];
    let key = '';
    for (const [index, version] of [code, next, code, next].entries()) {
      await withWorker(version, 'versions', async (url) => {
        if (index === 0) key = (await createKey(url, { limit: 1000 })).key;
        ids.push(await ask(url, key));
        const rows = await rowsOf(url, key, ids.length);
        expect(rows.map(({ id }) => id)).toEqual(ids.toReversed());
        const [sums] = (await get(`${url}/activity`, key)).data;
        expect(sums).toMatchObject({ requests: ids.length });
        const found = await fetch(`${url}/generation?id=${ids[0]}`, { headers: as(key) });
        expect(found.status).toBe(200);
      });
    }
  });
});
