/** A Worker without bindings: what needs one is refused with an error that names it, and everything else works. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../dev/serve.ts';
import { errorOf, hello, post, startHarness, type Harness } from './harness.ts';

const ADMIN = { authorization: 'Bearer the-admin-key' };
const CALLER = { authorization: 'Bearer the-caller-key' };

/** A path that needs a binding, its caller, and what the error names. */
type Case = { call: string; body?: object; headers?: Readonly<Record<string, string>>; status: number; names: string };

const chat = (fields: Record<string, unknown> = {}) => hello(fields);
const ask = (fields: object = {}) => ({ model: '@novita/any-model', input: 'hello', ...fields });
const HASH = 'ab'.repeat(32);

const CASES: readonly Case[] = [
  { call: 'POST /keys', body: { name: 'a' }, headers: ADMIN, status: 404, names: 'KEY_DIRECTORY' },
  { call: 'GET /keys', headers: ADMIN, status: 404, names: 'KEY_DIRECTORY' },
  { call: `GET /keys/${HASH}`, headers: ADMIN, status: 404, names: 'KEY_DIRECTORY' },
  { call: `PATCH /keys/${HASH}`, body: { name: 'b' }, headers: ADMIN, status: 404, names: 'KEY_DIRECTORY' },
  { call: `DELETE /keys/${HASH}`, headers: ADMIN, status: 404, names: 'KEY_DIRECTORY' },
  { call: 'GET /activity', headers: ADMIN, status: 404, names: 'KEYS' },
  { call: 'GET /activity', status: 404, names: 'KEYS' },
  { call: 'GET /activity/generations?format=csv', status: 404, names: 'KEYS' },
  { call: 'GET /metrics', headers: ADMIN, status: 404, names: 'METRICS' },
  { call: 'GET /streams/gen-12345678901234567890', status: 404, names: 'STREAMS' },
  { call: 'DELETE /streams/gen-12345678901234567890', status: 404, names: 'STREAMS' },
  { call: 'POST /chat/completions', body: chat(), headers: { 'x-tributary-resume': 'true' }, status: 400, names: 'STREAMS' },
  { call: 'POST /messages', body: chat({ max_tokens: 9 }), headers: { 'x-tributary-resume': 'true' }, status: 400, names: 'STREAMS' },
  { call: 'POST /responses', body: ask({ background: true }), status: 400, names: 'STREAMS' },
  { call: 'GET /responses/resp_1', status: 404, names: 'RESPONSES' },
  { call: 'GET /responses/resp_1?stream=true', status: 404, names: 'RESPONSES' },
  { call: 'POST /responses/resp_1/cancel', status: 404, names: 'RESPONSES' },
  { call: 'DELETE /responses/resp_1', status: 404, names: 'RESPONSES' },
  { call: 'GET /responses/resp_1/input_items', status: 404, names: 'RESPONSES' },
  { call: 'POST /responses', body: ask({ previous_response_id: 'resp_1' }), status: 400, names: 'RESPONSES' },
  {
    call: 'POST /responses',
    body: ask({ input: [{ type: 'item_reference', id: 'msg_1' }] }),
    status: 400,
    names: 'RESPONSES',
  },
];

async function send({ url }: Harness, { call, body, headers = {} }: Pick<Case, 'call' | 'body' | 'headers'>): Promise<Response> {
  const [method = '', path = ''] = call.split(' ');
  const all = { ...CALLER, 'content-type': 'application/json', ...headers };
  return fetch(`${url}/v1${path}`, { method, headers: all, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

const VARIABLES = { ROUTER_API_KEYS: 'the-caller-key', ADMIN_API_KEY: 'the-admin-key', ALLOW_ANONYMOUS: 'false' };

describe('a Worker without bindings', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness(VARIABLES, 0, { cache: true });
  });
  afterAll(() => harness?.stop());

  it.each(CASES)('refuses $call ($names) with $status', async (tested) => {
    const response = await send(harness, tested);
    const error = await errorOf(response);
    expect({ status: response.status, message: error.message }).toEqual({
      status: tested.status,
      message: expect.stringMatching(new RegExp(`\\b${tested.names}\\b`)) as string,
    });
    expect(response.headers.get('x-should-retry')).toBe('false');
  });

  it.each([
    { call: 'POST /chat/completions', body: chat(), headers: { 'x-openrouter-cache': 'true' } },
    { call: 'POST /chat/completions', body: chat({ stream: true, provider: { on_disconnect: 'drain' } }) },
    { call: 'POST /messages', body: chat({ max_tokens: 50 }) },
    { call: 'POST /responses', body: ask({ store: true }) },
    { call: 'POST /chat/completions', body: chat(), headers: ADMIN },
    { call: 'GET /key' },
    { call: 'GET /key', headers: ADMIN },
    { call: 'GET /models' },
    { call: 'GET /providers' },
  ])('answers $call', async (tested) => {
    const response = await send(harness, tested);
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  });

  it('finds an answer by its id in the memory of the isolate', async () => {
    const answer = await send(harness, { call: 'POST /chat/completions', body: chat() });
    await answer.text();
    const found = await send(harness, { call: `GET /generation?id=${answer.headers.get('x-generation-id')}` });
    expect(found.status).toBe(200);
  });

  it('refuses a key that another router has created as it refuses any other', async () => {
    const given = { authorization: `Bearer sk-trb-v1-${'a'.repeat(49)}` };
    const [created, other] = await Promise.all([
      send(harness, { call: 'GET /key', headers: given }),
      send(harness, { call: 'GET /key', headers: { authorization: 'Bearer another-key' } }),
    ]);
    expect([created.status, other.status]).toEqual([401, 401]);
    expect((await errorOf(created)).message).toBe((await errorOf(other)).message);
  });
});

describe('a Worker without ADMIN_API_KEY', () => {
  it('refuses the paths of the operator with 403 and names the variable', async () => {
    const harness = await startHarness({ ROUTER_API_KEYS: 'the-caller-key', ALLOW_ANONYMOUS: 'false' });
    try {
      for (const call of ['POST /keys', 'GET /keys', `GET /keys/${HASH}`, `DELETE /keys/${HASH}`, 'GET /metrics']) {
        const response = await send(harness, { call, ...(call.startsWith('POST') ? { body: { name: 'a' } } : {}) });
        expect([call, response.status, (await errorOf(response)).message]).toEqual([call, 403, expect.stringContaining('ADMIN_API_KEY')]);
      }
    } finally {
      await harness.stop();
    }
  });
});

describe('a Worker with some of the objects of keys', () => {
  it.each([
    { missing: 'KEYS', bound: { KEY_DIRECTORY: OBJECTS.KEY_DIRECTORY } },
    { missing: 'KEY_DIRECTORY', bound: { KEYS: OBJECTS.KEYS } },
  ])('creates no keys without $missing, because it could not hold their limits', async ({ missing, bound }) => {
    const harness = await startHarness(VARIABLES, 0, { objects: bound });
    try {
      const response = await post(`${harness.url}/v1/keys`, { name: 'a', limit: 1 }, ADMIN);
      expect([response.status, (await errorOf(response)).message]).toEqual([404, expect.stringContaining(missing)]);
      expect((await send(harness, { call: 'POST /chat/completions', body: chat() })).status).toBe(200);
      const activity = await send(harness, { call: 'GET /activity', headers: ADMIN });
      expect([activity.status, (await errorOf(activity)).message]).toEqual([404, expect.stringContaining(missing)]);
    } finally {
      await harness.stop();
    }
  });
});
