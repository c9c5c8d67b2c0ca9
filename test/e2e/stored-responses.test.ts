/** Answers of Responses that are kept in real Durable Objects: continued, read, deleted, expired, and never shown to another key. */
import OpenAI from 'openai';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { OBJECTS, serveRouter, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { post, simulatorLog, until, type Harness } from './harness.ts';

const KEYS = { ROUTER_API_KEYS: 'key-one,key-two' };
let simulator: ServingOperation;
const routers: ServingOperation[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tributary-responses-'));

beforeAll(async () => {
  simulator = await serveSimulator(0);
});
afterAll(async () => {
  for (const router of routers) await router.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

async function start(variables: Readonly<Record<string, string>> = {}, persist?: string): Promise<Harness> {
  const bindings = { objects: OBJECTS, ...(persist === undefined ? {} : { persist }) };
  const router = await serveRouter({ SIMULATOR_URL: simulator.url, ...KEYS, ...variables }, bindings);
  routers.push(router);
  return { ...router, simulatorUrl: simulator.url };
}

const clientOf = ({ url }: Harness, apiKey = 'key-one') => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const ask = ({ url }: Harness, body: JsonObject, key = 'key-one') => post(`${url}/v1/responses`, body, { authorization: `Bearer ${key}` });
const read = ({ url }: Harness, path: string, method = 'GET', key = 'key-one') =>
  fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${key}` } });

/** The answer that ends a stream. The stream helper of the package adds fields to items. */
async function lastOf(events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>): Promise<OpenAI.Responses.Response> {
  for await (const event of events) if (event.type === 'response.completed') return event.response;
  throw new Error('the stream has no end');
}

/** The last body that a provider got. */
const lastSent = async (harness: Harness) => (await simulatorLog(harness)).at(-1)?.body as JsonObject;

describe('a router that keeps answers', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await start();
  });

  it.each([
    ['@novita/m', false],
    ['@novita/m', true],
    ['@openai/gpt-5.5', false],
    ['@openai/gpt-5.5', true],
    ['@anthropic/claude-sonnet-4-5', true],
  ])('continues a conversation of %s as if it was sent whole (stream: %s)', async (model, stream) => {
    const client = clientOf(harness);
    const turn = async (body: JsonObject) => {
      const request = { model, store: true, ...body } as OpenAI.Responses.ResponseCreateParamsNonStreaming;
      return stream ? lastOf(await client.responses.create({ ...request, stream })) : client.responses.create(request);
    };
    const tools = [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} }, strict: false }];
    const first = await turn({ input: 'What is the weather?', instructions: 'Be brief.', tools });
    expect(first).toMatchObject({ store: true, previous_response_id: null });
    const [callId] = first.output.flatMap((item) => (item.type === 'function_call' ? [item.call_id] : []));
    const result = { type: 'function_call_output', call_id: callId, output: 'sunny' };
    const second = await turn({ input: [result], previous_response_id: first.id, tools });
    expect(second).toMatchObject({ store: true, previous_response_id: first.id });
    await turn({ input: 'And now?', previous_response_id: second.id });
    const continued = await lastSent(harness);
    const question = { type: 'message', role: 'user', content: 'What is the weather?' };
    const next = { type: 'message', role: 'user', content: 'And now?' };
    await turn({ input: [question, ...first.output, result, ...second.output, next] });
    expect(continued).toEqual(await lastSent(harness));
    expect(JSON.stringify(continued)).not.toContain('Be brief.');
  });

  it('finds items by reference, and leaves out one that the conversation has', async () => {
    const client = clientOf(harness);
    const first = await client.responses.create({ model: '@novita/m', input: 'hello', store: true });
    const [item] = first.output;
    const input = [
      { role: 'user' as const, content: 'hello' },
      { type: 'item_reference' as const, id: String(item?.id) },
      { role: 'user' as const, content: 'again' },
    ];
    const second = await client.responses.create({ model: '@novita/m', input, store: true });
    expect(await lastSent(harness)).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: first.output_text }, { content: 'again' }],
    });
    const repeated = [
      { type: 'item_reference' as const, id: String(second.output[0]?.id) },
      { role: 'user' as const, content: 'end' },
    ];
    await client.responses.create({ model: '@novita/m', input: repeated, previous_response_id: second.id });
    expect((await lastSent(harness))['messages']).toHaveLength(5);
  });

  it('returns, lists and deletes an answer, under every base', async () => {
    const client = clientOf(harness);
    const input = [
      { role: 'user' as const, content: 'one' },
      { role: 'assistant' as const, content: 'two' },
      { role: 'user' as const, content: 'three' },
    ];
    const answer = await client.responses.create({ model: '@novita/m', input, store: true });
    const { output_text: _, ...body } = answer;
    for (const base of ['', '/v1', '/api/v1']) expect(await (await read(harness, `${base}/responses/${answer.id}`)).json()).toEqual(body);
    expect((await client.responses.retrieve(answer.id)).output_text).toBe(answer.output_text);
    const page = await client.responses.inputItems.list(answer.id, { limit: 2 });
    expect(page.data).toMatchObject([{ content: 'three', type: 'message', id: expect.any(String) }, { content: 'two' }]);
    const all = [];
    for await (const item of client.responses.inputItems.list(answer.id, { limit: 1, order: 'asc' })) all.push(item);
    expect(all).toMatchObject([{ content: 'one' }, { content: 'two' }, { content: 'three' }]);
    const wrong = await read(harness, `/v1/responses/${answer.id}/input_items?limit=0`);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { param: 'limit' } }]);
    const stream = await read(harness, `/v1/responses/${answer.id}?stream=true`);
    expect([stream.status, await stream.json()]).toMatchObject([400, { error: { param: 'stream' } }]);
    await client.responses.delete(answer.id);
    expect((await read(harness, `/v1/responses/${answer.id}`)).status).toBe(404);
    const gone = await ask(harness, { model: '@novita/m', input: 'x', previous_response_id: answer.id });
    expect([gone.status, await gone.json()]).toMatchObject([400, { error: { code: 'previous_response_not_found' } }]);
  });

  it('shows nothing to another key', async () => {
    const answer = await clientOf(harness).responses.create({ model: '@novita/m', input: 'a secret', store: true });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/input_items'],
      ['POST', '/cancel'],
    ] as const) {
      const response = await read(harness, `/v1/responses/${answer.id}${path}`, method, 'key-two');
      expect([response.status, await response.json()]).toMatchObject([404, { error: { type: 'invalid_request_error' } }]);
    }
    for (const body of [
      { input: 'x', previous_response_id: answer.id },
      { input: [{ type: 'item_reference', id: answer.output[0]?.id }] },
    ]) {
      const response = await ask(harness, { model: '@novita/m', ...body }, 'key-two');
      expect(response.status).toBe(400);
    }
    expect((await read(harness, `/v1/responses/${answer.id}`)).status).toBe(200);
  });

  it.each<[string, JsonObject]>([
    ['without store', {}],
    ['with store: false', { store: false }],
    ['with provider.zdr', { store: true, provider: { zdr: true } }],
  ])('keeps no answer of a request %s, and reports what it does not do', async (_, fields) => {
    const answer = (await (await ask(harness, { model: '@ovhcloud/m', input: 'x', ...fields })).json()) as JsonObject;
    expect(answer).toMatchObject({ status: 'completed', store: false });
    const { adjustments = [] } = answer['tributary'] as { adjustments?: unknown[] };
    expect(adjustments).toMatchObject('provider' in fields ? [{ param: 'store', reason: 'provider.zdr is true' }] : []);
    expect((await read(harness, `/v1/responses/${String(answer['id'])}`)).status).toBe(404);
  });

  it('keeps both of two answers that go on from one at a time', async () => {
    const client = clientOf(harness);
    const first = await client.responses.create({ model: '@novita/m', input: 'begin', store: true });
    const turns = await Promise.all(
      ['left', 'right'].map((input) => client.responses.create({ model: '@novita/m', input, store: true, previous_response_id: first.id })),
    );
    for (const [index, word] of ['left', 'right'].entries()) {
      await client.responses.create({ model: '@novita/m', input: 'end', previous_response_id: String(turns[index]?.id) });
      const text = JSON.stringify(await lastSent(harness));
      expect(text).toContain(word);
      expect(text).not.toContain(word === 'left' ? 'right' : 'left');
    }
  });
});

describe('kept answers', () => {
  it('are there after a restart, and are gone from the disk when they have expired', async () => {
    const before = await start({}, folder);
    const answer = await clientOf(before).responses.create({ model: '@novita/m', input: 'remember', store: true });
    await routers.pop()?.stop();
    expect(storedIn(folder)).toEqual({ answers: 1, pieces: 3 });
    const after = await start({ RESPONSE_TTL_SECONDS: '1' }, folder);
    expect((await clientOf(after).responses.retrieve(answer.id)).output_text).toBe(answer.output_text);
    const request = { model: '@novita/m', input: 'more', previous_response_id: answer.id };
    await clientOf(after).responses.create(request);
    expect(JSON.stringify(await lastSent(after))).toContain('remember');
    const short = await clientOf(after).responses.create({ ...request, store: true });
    await until('its end', async () => ((await read(after, `/v1/responses/${short.id}`)).status === 404 ? true : undefined));
    const next = await ask(after, { model: '@novita/m', input: 'x', previous_response_id: short.id });
    expect(next.status).toBe(400);
    await until('its deletion', () => (storedIn(folder).answers === 1 ? true : undefined));
    expect(storedIn(folder)).toEqual({ answers: 1, pieces: 3 });
  });

  it('make room for new ones, the oldest first, and are not kept where they are too large', async () => {
    const harness = await start({ MAX_STORED_RESPONSE_BYTES: '20000', MAX_STORED_BYTES: '40000', STORE_RESPONSES: 'default' });
    const client = clientOf(harness);
    const keep = async (size: number, stream: boolean) => {
      const request = { model: '@novita/m', input: 'x'.repeat(size) };
      return stream ? lastOf(await client.responses.create({ ...request, stream })) : client.responses.create(request);
    };
    const ids: string[] = [];
    for (let count = 0; count < 6; count++) ids.push((await keep(7000, false)).id);
    const statuses = await Promise.all(ids.map(async (id) => (await read(harness, `/v1/responses/${id}`)).status));
    expect(statuses.slice(0, 3)).toEqual([404, 404, 404]);
    expect(statuses.slice(-2)).toEqual([200, 200]);
    for (const stream of [false, true]) {
      const large = (await keep(30_000, stream)) as OpenAI.Responses.Response & { tributary: JsonObject };
      expect(large).toMatchObject({ store: false, status: 'completed' });
      const reason = expect.stringContaining('more than 20000 bytes') as string;
      expect(large.tributary['adjustments']).toMatchObject([{ param: 'store', to: false, reason }]);
      expect((await read(harness, `/v1/responses/${large.id}`)).status).toBe(404);
    }
    expect(await client.responses.create({ model: '@novita/m', input: 'x', store: false })).toMatchObject({ store: false });
  });

  it('are none where the operator wants that', async () => {
    const none = await start({ STORE_RESPONSES: 'never' });
    const other = await clientOf(none).responses.create({ model: '@novita/m', input: 'x', store: true });
    expect(other).toMatchObject({ store: false });
    expect((await read(none, `/v1/responses/${other.id}`)).status).toBe(404);
  });
});

/** What the databases in a folder have, as they are on the disk. */
function storedIn(persisted: string): { answers: number; pieces: number } {
  const files = readdirSync(persisted, { recursive: true, encoding: 'utf8' });
  const [file, ...more] = files.filter((name) => name.includes('ResponsesObject') && /[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined || more.length > 0) throw new Error(`expected one database among ${files.join(', ')}`);
  const database = new DatabaseSync(join(persisted, file), { readOnly: true });
  const count = (table: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
  const counts = { answers: count('answers'), pieces: count('pieces') };
  database.close();
  return counts;
}
