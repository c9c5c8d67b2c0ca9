/** Caller keys that the operator creates, over real HTTP with a real directory object. */
import Anthropic from '@anthropic-ai/sdk';
import { OpenRouter } from '@openrouter/sdk';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS, serveRouter } from '../dev/serve.ts';
import { errorOf, hello, post, startHarness, until, type Harness } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, manage } from './manage-keys.ts';

const STATIC = 'the-static-key';
const VARIABLES = {
  ADMIN_API_KEY: ADMIN_KEY,
  ROUTER_API_KEYS: STATIC,
  ALLOW_ANONYMOUS: 'false',
  MODEL_ALIASES: JSON.stringify({ fast: 'openai/gpt-4o-mini' }),
};

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

const create = (fields: Json = {}) => createKey(harness.url, fields);
const managed = (call: string, body?: Json) => manage(harness.url, call, body);

/** The status of a chat request with a key. */
async function statusWith(key: string, fields: Json = {}): Promise<number> {
  const response = await post(`${harness.url}/v1/chat/completions`, hello(fields), bearer(key));
  await response.text();
  return response.status;
}

describe('a key that was created', () => {
  it('is shown once, and is in no later answer', async () => {
    const { key, data } = await create({ metadata: { owner: 'me' } });
    expect(key).toMatch(/^sk-trb-v1-[0-9A-Za-z]{49}$/);
    expect(data).toMatchObject({ name: 'a key', disabled: false, limit: null, expires_at: null, usage: 0, metadata: { owner: 'me' } });
    const read = [await managed(`GET /${data.hash}`), await managed('GET')];
    expect(JSON.stringify(read)).not.toContain(key.slice(14, -6));
    expect(read[0]?.body).toEqual({ data });
  });

  it('calls models in the headers of the official clients', async () => {
    const { key } = await create();
    const openai = new OpenAI({ apiKey: key, baseURL: `${harness.url}/v1`, maxRetries: 0 });
    const chat = await openai.chat.completions.create({ model: '@novita/any-model', messages: [{ role: 'user', content: 'hello' }] });
    expect(chat.choices[0]?.message.content).toBeTruthy();
    const anthropic = new Anthropic({ apiKey: key, baseURL: harness.url, maxRetries: 0 });
    const messages = await anthropic.messages.create({
      model: '@novita/any-model',
      max_tokens: 20,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(messages.content.length).toBeGreaterThan(0);
  });

  it('is refused with one text after it was disabled or deleted, and as one that never was', async () => {
    const { key, data } = await create();
    const texts: string[] = [];
    const refused = async (text: string) => {
      const response = await post(`${harness.url}/v1/chat/completions`, hello(), bearer(text));
      expect(response.status).toBe(401);
      texts.push((await errorOf(response)).message);
    };
    expect(await statusWith(key)).toBe(200);
    expect((await managed(`PATCH /${data.hash}`, { disabled: true })).body).toMatchObject({ data: { disabled: true } });
    await refused(key);
    expect((await managed(`PATCH /${data.hash}`, { disabled: false })).status).toBe(200);
    expect(await statusWith(key)).toBe(200);
    expect(await managed(`DELETE /${data.hash}?hard=true`)).toEqual({ status: 200, body: { deleted: true } });
    await refused(key);
    await refused(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`);
    await refused('sk-trb-v1-short');
    await refused('no-key-at-all');
    expect(new Set(texts).size).toBe(1);
    for (const method of ['GET', 'DELETE']) expect((await managed(`${method} /${data.hash}`)).status).toBe(404);
  });

  it('expires, and works again with a later time', async () => {
    const { key, data } = await create({ expires_at: new Date(Date.now() + 1500).toISOString() });
    expect(await statusWith(key)).toBe(200);
    await until('the key to expire', async () => ((await statusWith(key)) === 401 ? true : undefined));
    await managed(`PATCH /${data.hash}`, { expires_at: null });
    expect(await statusWith(key)).toBe(200);
  });

  it('is there after the router was started again', async () => {
    const { key, data } = await create({ limit: 5, limit_reset: 'daily', models: ['*'], tags: { team: 'red' } });
    await harness.stop();
    harness = await start();
    expect(await statusWith(key)).toBe(200);
    expect((await managed(`GET /${data.hash}`)).body).toMatchObject({
      data: { hash: data.hash, limit: 5, limit_reset: 'daily', tags: { team: 'red' } },
    });
  });

  it('can be changed to what GET shows of it, with the state of its limits', async () => {
    const { data } = await create({ limit: 5, limits: [{ resource: 'concurrent', amount: 2 }] });
    const { limits } = (await managed(`GET /${data.hash}`)).body['data'] as { limits: Json[] };
    expect(limits).toMatchObject([{ used: 0, reserved: 0, remaining: 5, resets_at: null }, { remaining: 2 }]);
    const { status, body } = await managed(`PATCH /${data.hash}`, { limits });
    expect({ status, body }).toMatchObject({ status: 200, body: { data: { limits } } });
  });

  it('describes itself, without the metadata that the operator keeps', async () => {
    const { key, data } = await create({ limit: 2.5, models: ['openai/*'], metadata: { owner: 'me' } });
    const response = await fetch(`${harness.url}/v1/key`, { headers: bearer(key) });
    const own = ((await response.json()) as { data: Json }).data;
    expect(own).toMatchObject({ label: data['label'], limit: 2.5, limit_reset: null, models: ['openai/*'], is_management_key: false });
    expect(own).not.toHaveProperty('metadata');
    expect(own).not.toHaveProperty('hash');
  });
});

describe('the models and providers of a key', () => {
  const OPERATIONS = [
    { path: '/chat/completions', body: hello() },
    { path: '/completions', body: { prompt: 'hello' } },
    { path: '/embeddings', body: { input: 'hello' } },
    { path: '/messages', body: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 } },
    { path: '/messages/count_tokens', body: { messages: [{ role: 'user', content: 'hello' }] } },
    { path: '/responses', body: { input: 'hello' } },
    { path: '/explain', body: hello() },
    { path: '/explain/messages', body: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 } },
  ];

  it('are held by every operation', async () => {
    const { key } = await create({ models: ['openai/*'] });
    for (const { path, body } of OPERATIONS) {
      const response = await post(`${harness.url}/v1${path}`, { ...body, model: '@novita/any-model' }, bearer(key));
      const text = await response.text();
      expect([path, response.status]).toEqual([path, 403]);
      for (const name of ['@novita/any-model', 'openai/*']) expect(text).toContain(name);
      const asked = path.includes('embeddings') ? 'openai/text-embedding-3-small' : 'openai/gpt-4o-mini';
      const allowed = await post(`${harness.url}/v1${path}`, { ...body, model: asked }, bearer(key));
      expect([path, allowed.status, await allowed.text()]).toEqual([path, 200, expect.any(String)]);
    }
  });

  it('leave other providers out of the plan with a reason, which /explain shows', async () => {
    const { key } = await create({ providers: ['groq'] });
    const response = await post(`${harness.url}/v1/explain`, hello({ model: 'meta-llama/llama-3.3-70b-instruct' }), bearer(key));
    const { plan } = (await response.json()) as { plan: { calls: Json[]; rejected: Json[] } };
    expect(new Set(plan.calls.map(({ provider }) => provider))).toEqual(new Set(['groq']));
    expect(plan.rejected).toContainEqual(expect.objectContaining({ provider: 'novita', reason: 'the key allows no providers but groq' }));
    expect(await statusWith(key)).toBe(403);
  });

  it('decide what the lists of models have; an alias counts by its own name', async () => {
    const { key } = await create({ models: ['fast'] });
    const read = async (path: string) => {
      const response = await fetch(`${harness.url}/v1/models${path}`, { headers: bearer(key) });
      return { status: response.status, body: (await response.json()) as Json };
    };
    expect((await read('')).body).toMatchObject({
      total_count: 1,
      data: [{ id: 'fast', endpoints: expect.arrayContaining([expect.anything()]) }],
    });
    expect((await read('/count')).body).toEqual({ data: { count: 1 } });
    expect((await read('/fast')).status).toBe(200);
    expect((await read('/openai/gpt-4o')).status).toBe(403);
    expect((await read('/openai/gpt-4o/endpoints')).status).toBe(403);
    expect([await statusWith(key, { model: 'fast' }), await statusWith(key, { model: 'openai/gpt-4o-mini' })]).toEqual([200, 403]);
  });
});

describe('/keys', () => {
  it('is for the operator only', async () => {
    const { key, data } = await create();
    const calls = [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${data.hash}`],
      ['PATCH', `/${data.hash}`],
      ['DELETE', `/${data.hash}`],
    ] as const;
    for (const other of [key, STATIC]) {
      for (const [method, path] of calls) {
        const response = await fetch(`${harness.url}/v1/keys${path}`, { method, headers: { 'x-api-key': other } });
        expect([method, path, response.status]).toEqual([method, path, 403]);
        expect((await errorOf(response)).message).toContain('ADMIN_API_KEY');
      }
    }
    expect(await statusWith(key)).toBe(200);
    expect(await statusWith(ADMIN_KEY)).toBe(200);
  });

  it.each([
    { body: { limit: -1 }, param: 'limit' },
    { body: { name: 'x', providers: ['novta'] }, param: 'providers[0]' },
    { body: {}, param: 'name' },
    { body: { name: 'x', key: 'sk-mine' }, param: 'key' },
  ])('refuses $body by the name $param', async ({ body, param }) => {
    const { status, body: answer } = await managed('POST', body);
    expect({ status, answer }).toMatchObject({ status: 400, answer: { error: { param } } });
  });

  it('lists the newest first, in pages, the disabled only on request', async () => {
    const made = [await create({ name: 'one' }), await create({ name: 'two', disabled: true }), await create({ name: 'three' })];
    const list = async (query: string) => ((await managed(`GET ${query}`)).body['data'] as Json[]).map(({ name }) => name);
    expect((await list('')).slice(0, 2)).toEqual(['three', 'one']);
    expect((await list('?include_disabled=true')).slice(0, 3)).toEqual(['three', 'two', 'one']);
    expect(await list('?include_disabled=true&offset=1&limit=2')).toEqual(['two', 'one']);
    for (const { data } of made) await managed(`DELETE /${data.hash}`);
  });

  it('keeps every change of a key that is changed by several requests at once', async () => {
    const { data } = await create();
    const changes = [{ name: 'changed' }, { limit: 3 }, { soft_at: 0.5 }, { resumable: true }];
    const results = await Promise.all(changes.map((fields) => managed(`PATCH /${data.hash}`, fields)));
    expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await managed(`GET /${data.hash}`)).body).toMatchObject({
      data: { name: 'changed', limit: 3, soft_at: 0.5, resumable: true },
    });
  });

  it("answers OpenRouter's SDK", async () => {
    const sdk = new OpenRouter({ apiKey: ADMIN_KEY, serverURL: `${harness.url}/api/v1` });
    const made = await sdk.apiKeys.create({ requestBody: { name: 'by the SDK', limit: 5, limitReset: 'weekly' } });
    expect(made.data).toMatchObject({ name: 'by the SDK', limit: 5, limitRemaining: 5, limitReset: 'weekly' });
    const { hash } = made.data;
    expect((await sdk.apiKeys.list({})).data.map((one) => one.hash)).toContain(hash);
    expect((await sdk.apiKeys.update({ hash, requestBody: { disabled: true } })).data.disabled).toBe(true);
    expect((await sdk.apiKeys.get({ hash })).data.hash).toBe(hash);
    expect((await sdk.apiKeys.getCurrentKeyMetadata()).data.isManagementKey).toBe(true);
    expect(await sdk.apiKeys.delete({ hash })).toMatchObject({ deleted: true });
  });

  it('says what to set where there is no admin key, and what to bind where there are no objects', async () => {
    const bare = await serveRouter({ ROUTER_API_KEYS: ADMIN_KEY });
    const unbound = await serveRouter({ ADMIN_API_KEY: ADMIN_KEY });
    const { status, body } = await manage(bare.url, 'GET');
    expect({ status, body }).toMatchObject({ status: 403, body: { error: { message: expect.stringContaining('Set it') } } });
    expect(await manage(unbound.url, 'GET')).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('KEY_DIRECTORY') } },
    });
    for (const one of [bare, unbound]) await one.stop();
  });
});
