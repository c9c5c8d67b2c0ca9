/** Caller keys that the operator creates, over real HTTP with a real directory object. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../dev/serve.ts';
import { errorOf, hello, post, startHarness, type Harness } from './harness.ts';

const ADMIN = 'the-admin-key';
const STATIC = 'the-static-key';
const VARIABLES = { ADMIN_API_KEY: ADMIN, ROUTER_API_KEYS: STATIC, ALLOW_ANONYMOUS: 'false' };

const admin = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' };

let folder: string;
let harness: Harness;
const start = () => startHarness(VARIABLES, 0, { objects: OBJECTS, persist: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  harness = await start();
});
afterAll(async () => {
  await harness.stop();
  await rm(folder, { recursive: true, force: true });
});

type Json = Record<string, unknown>;

/** Calls a path of `/keys` as the operator. */
async function manage(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${harness.url}/v1/keys${path}`, {
    method,
    headers: admin,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

type Created = { key: string; data: Json & { hash: string } };

async function create(fields: Json = {}): Promise<Created> {
  const { status, body } = await manage('POST', '', { name: 'a key', ...fields });
  expect(status).toBe(201);
  return body as Created;
}

const statusWith = async (key: string, header = 'authorization'): Promise<number> => {
  const value = header === 'authorization' ? `Bearer ${key}` : key;
  const response = await post(`${harness.url}/v1/chat/completions`, hello(), { [header]: value });
  await response.text();
  return response.status;
};

describe('a key that was created', () => {
  it('is shown once, calls models in either header, and is in no later answer', async () => {
    const { key, data } = await create();
    expect(key).toMatch(/^sk-trb-v1-[0-9A-Za-z]{49}$/);
    expect(data).toMatchObject({ name: 'a key', disabled: false, limit: null, expires_at: null, usage: 0 });
    for (const header of ['authorization', 'x-api-key']) expect(await statusWith(key, header)).toBe(200);
    const read = [await manage('GET', `/${data.hash}`), await manage('GET', '')];
    expect(JSON.stringify(read)).not.toContain(key.slice(14, -6));
    expect(read[0]?.body).toEqual({ data });
  });

  it('is refused with one text after it was disabled or deleted, and as one that never was', async () => {
    const { key, data } = await create();
    const texts: string[] = [];
    const refused = async (text: string) => {
      const response = await post(`${harness.url}/v1/chat/completions`, hello(), { authorization: `Bearer ${text}` });
      expect(response.status).toBe(401);
      texts.push((await errorOf(response)).message);
    };
    expect(await statusWith(key)).toBe(200);
    expect((await manage('PATCH', `/${data.hash}`, { disabled: true })).body).toMatchObject({ data: { disabled: true } });
    await refused(key);
    expect((await manage('PATCH', `/${data.hash}`, { disabled: false })).status).toBe(200);
    expect(await statusWith(key)).toBe(200);
    expect(await manage('DELETE', `/${data.hash}`)).toEqual({ status: 200, body: { deleted: true } });
    await refused(key);
    await refused(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`);
    await refused('sk-trb-v1-short');
    await refused('no-key-at-all');
    expect(new Set(texts).size).toBe(1);
    expect((await manage('GET', `/${data.hash}`)).status).toBe(404);
  });

  it('is there after the router was started again', async () => {
    const { key, data } = await create({ limit: 5, limit_reset: 'daily' });
    await harness.stop();
    harness = await start();
    expect(await statusWith(key)).toBe(200);
    expect((await manage('GET', `/${data.hash}`)).body).toEqual({ data });
  });
});

describe('/keys', () => {
  it('is for the operator only', async () => {
    const { key, data } = await create();
    for (const other of [key, STATIC]) {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', ''],
        ['GET', `/${data.hash}`],
        ['PATCH', `/${data.hash}`],
        ['DELETE', `/${data.hash}`],
      ] as const) {
        const response = await fetch(`${harness.url}/v1/keys${path}`, { method, headers: { 'x-api-key': other } });
        expect([method, path, response.status]).toEqual([method, path, 403]);
        expect((await errorOf(response)).message).toContain('ADMIN_API_KEY');
      }
    }
    expect(await statusWith(key)).toBe(200);
  });
});
