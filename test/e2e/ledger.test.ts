/** The ledger over real HTTP, with real objects and a real D1 database in a folder that outlives the Worker. */
import { OpenRouter } from '@openrouter/sdk';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../dev/serve.ts';
import { errorOf, hello, post, startHarness, until, type Harness } from './harness.ts';

const [ADMIN, ONE, OTHER] = ['the-admin-key', 'the-first-key', 'the-other-key'];
const VARIABLES = {
  ADMIN_API_KEY: ADMIN,
  ROUTER_API_KEYS: `${ONE},${OTHER}`,
  ALLOW_ANONYMOUS: 'false',
  LEDGER_FOR: 'all',
  MAX_ATTEMPTS: '1',
};

type Json = Record<string, unknown>;
type Listed = { data: Json[]; next_cursor?: string | null; precision?: string };

let folder: string;
/** Without D1, and with it. */
let plain: Harness;

const as = (key: string) => ({ authorization: `Bearer ${key}` });

const get = async (path: string, key: string, { url } = plain) => fetch(`${url}/v1/${path}`, { headers: as(key) });
const list = async (path: string, key: string, harness = plain) => (await (await get(path, key, harness)).json()) as Listed;

/** Sends a request, reads its answer to the end, and returns the id of the generation. */
async function ask(path: string, body: object, { key = ONE, harness = plain, headers = {} } = {}): Promise<string> {
  const response = await post(`${harness.url}/v1/${path}`, body, { ...as(key), ...headers });
  await response.text();
  return response.headers.get('x-generation-id') ?? '';
}

const prompt = { model: '@novita/any-model', max_tokens: 20 };
const REQUESTS: readonly (readonly [path: string, format: string, body: object])[] = [
  ['chat/completions', 'openai-chat', hello()],
  ['completions', 'openai-completions', { ...prompt, prompt: 'hello' }],
  ['messages', 'anthropic', { ...prompt, messages: [{ role: 'user', content: 'hello' }] }],
  ['responses', 'openai-responses', { model: '@novita/any-model', input: 'hello' }],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  plain = await startHarness(VARIABLES, 0, { objects: OBJECTS, persist: join(folder, 'plain') });
});
afterAll(async () => {
  await plain?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a row of the ledger', () => {
  it.each(REQUESTS)('is there after an answer of %s, streamed and not', async (path, format, body) => {
    const streamed = await ask(path, { ...body, stream: true, user: 'alice' }, { headers: { 'x-session-id': path } });
    const whole = await ask(path, { ...body, user: 'alice' }, { headers: { 'x-session-id': path } });
    const rows = (await list(`activity/generations?session=${encodeURIComponent(path)}`, ONE)).data;
    for (const [id, isStreamed] of [[streamed, true] as const, [whole, false] as const]) {
      const row = rows.find((one) => one['id'] === id);
      expect(row).toMatchObject({
        format,
        streamed: isStreamed,
        status: 200,
        error: null,
        provider: 'novita',
        attempts: 1,
        cancelled: false,
      });
      expect(Number(row?.['prompt_tokens'])).toBeGreaterThan(0);
      expect(Number(row?.['completion_tokens'])).toBeGreaterThan(0);
    }
    expect(JSON.stringify(rows)).not.toMatch(/alice|the-first-key/);
  });

  it('is there after embeddings and after a failure, which has cost nothing', async () => {
    await ask('embeddings', { model: '@openai/text-embedding-3-small', input: 'hello' });
    const failed = await ask('chat/completions', hello(), { headers: { 'x-simulator-fault': 'status=500' } });
    const broken = await ask('chat/completions', hello({ stream: true }), { headers: { 'x-simulator-fault': 'cut-after=2' } });
    const { data } = await list('activity/generations', ONE);
    expect(data.find(({ operation }) => operation === 'embeddings')).toMatchObject({ status: 200, completion_tokens: 0 });
    expect(data.find(({ id }) => id === failed)).toMatchObject({ status: 502, cost: 0, prompt_tokens: null, finish_reason: 'error' });
    expect(data.find(({ id }) => id === broken)).toMatchObject({ status: 200, error: expect.any(String), streamed: true });
    const { data: failures } = await list('activity/generations?status=502', ONE);
    expect(failures.map(({ id }) => id)).toEqual([failed]);
  });

  it('is there after a client that disconnected', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${plain.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...as(ONE), 'content-type': 'application/json', 'x-simulator-fault': 'stall-after=2' },
      body: JSON.stringify(hello({ stream: true })),
      signal: leaving.signal,
    });
    const id = response.headers.get('x-generation-id');
    await response.body?.getReader().read();
    leaving.abort();
    const row = await until('the row of a cancelled answer', async () =>
      (await list('activity/generations', ONE)).data.find((one) => one['id'] === id),
    );
    expect(row).toMatchObject({ cancelled: true, streamed: true, estimated: expect.arrayContaining(['completion_tokens']) });
  });
});

describe('GET /activity', () => {
  it('has the fields of OpenRouter by day, model and provider, and sums what the rows have', async () => {
    const rows = (await list('activity/generations?limit=1000', ONE)).data;
    const { data } = await list('activity', ONE);
    const sum = (name: string, of: Json[]) => of.reduce((total, one) => total + Number(one[name] ?? 0), 0);
    expect(sum('requests', data)).toBe(rows.length);
    for (const name of ['prompt_tokens', 'completion_tokens']) expect(sum(name, data)).toBe(sum(name, rows));
    expect(sum('usage', data)).toBeCloseTo(sum('cost', rows), 9);
    expect(data[0]).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      model: expect.any(String),
      model_permaslug: expect.any(String),
      endpoint_id: expect.any(String),
      provider_name: expect.any(String),
      usage: expect.any(Number),
      byok_usage_inference: 0,
      reasoning_tokens: expect.any(Number),
    });
    const byUser = await list('activity?group_by=user&user=alice', ONE);
    expect(byUser.data).toMatchObject([{ user: expect.stringMatching(/^usr_/), requests: 6 }]);
    expect((await list(`activity?to=${encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())}`, ONE)).data).toEqual([]);
    expect((await errorOf(await get('activity?group_by=colour', ONE))).param).toBe('group_by');
  });

  it('is read by the SDK of OpenRouter', async () => {
    const client = new OpenRouter({ apiKey: ONE, serverURL: `${plain.url}/api/v1` });
    const { data } = await client.analytics.getUserActivity();
    expect(data[0]).toMatchObject({ providerName: expect.any(String), requests: expect.any(Number), byokUsageInference: 0 });
  });

  it('shows a caller its own account only, and the operator all of them', async () => {
    const id = await ask('chat/completions', hello(), { key: OTHER });
    const mine = await list('activity/generations?limit=1000', ONE);
    expect(mine.data.map((row) => row['id'])).not.toContain(id);
    const theirs = await list('activity/generations', OTHER);
    expect(theirs.data.map((row) => row['id'])).toEqual([id]);
    const other = String(theirs.data[0]?.['key']);
    const paths = [`activity?key=${other}`, `activity/generations?key=${other}`, `generation?id=${id}&key=${other}`, `generation?id=${id}`];
    const statuses = await Promise.all(paths.map(async (path) => (await get(path, ONE)).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
    const everything = await until('both accounts to be listed', async () => {
      const { data } = await list('activity?group_by=key', ADMIN);
      return data.length === 2 ? data : undefined;
    });
    expect(everything.find((group) => group['key'] === other)).toMatchObject({ requests: 1 });
    expect((await list(`activity/generations?key=${other}`, ADMIN)).data.map((row) => row['id'])).toEqual([id]);
    expect((await get(`generation?id=${id}&key=${other}`, ADMIN)).status).toBe(200);
  });

  it('lists what has ended since a time to a live tail, also of a request that came long before', async () => {
    const begun = await post(`${plain.url}/v1/chat/completions`, hello({ stream: true }), {
      ...as(ONE),
      'x-simulator-fault': 'stall-after=2',
    });
    const reader = begun.body?.getReader();
    await reader?.read();
    await ask('chat/completions', hello(), { key: OTHER });
    const between = Date.now();
    await until('time to pass', async () => (Date.now() > between ? true : undefined));
    await reader?.cancel();
    const id = begun.headers.get('x-generation-id');
    const tail = async (key: string) => list(`activity/generations?since=${between}`, key);
    const ended = await until('the answer to be listed', async () => {
      const { data } = await tail(ONE);
      return data.length > 0 ? data : undefined;
    });
    expect(ended.map((row) => row['id'])).toEqual([id]);
    expect(Date.parse(String(ended[0]?.['created_at']))).toBeLessThan(between);
    expect((await tail(ADMIN)).data.map((row) => row['id'])).toEqual([id]);
    expect((await tail(OTHER)).data).toEqual([]);
    const { next_since: next } = (await (await get('activity/generations', ADMIN)).json()) as { next_since: string };
    expect((await list(`activity/generations?limit=1000&since=${next}`, ADMIN)).data.map((row) => row['id'])).toContain(id);
  });

  it.each(['model', 'provider', 'user', 'key'])('has requests, tokens, cost, failures and cached answers over time by %s', async (by) => {
    const { data } = await list(`activity?group_by=hour,${by}`, ADMIN);
    const whole = await list('activity?group_by=hour', ADMIN);
    const names = [
      'requests',
      'failures',
      'cancelled',
      'cache_hits',
      'prompt_tokens',
      'completion_tokens',
      'cached_tokens',
      'reasoning_tokens',
    ];
    for (const group of data)
      expect(group).toMatchObject({ hour: expect.any(String), [by]: expect.any(String), usage: expect.any(Number) });
    for (const name of names) {
      const sum = (groups: Json[]) => groups.reduce((total, group) => total + Number(group[name]), 0);
      expect(sum(data)).toBe(sum(whole.data));
    }
    expect(whole.data.some(({ failures }) => Number(failures) > 0)).toBe(true);
  });

  it('pages through the rows of all accounts, as JSON and as CSV', async () => {
    const all = (await list('activity/generations?limit=1000', ADMIN)).data.map(({ id }) => id);
    const paged: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = await list(`activity/generations?limit=4${cursor}`, ADMIN);
      paged.push(...page.data.map(({ id }) => id));
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(paged).toEqual(all);
    const response = await get('activity/generations?format=csv', ADMIN);
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [head, ...lines] = (await response.text()).trim().split('\r\n');
    expect(head).toMatch(/^id,created_at,key,model,/);
    expect(lines.map((line) => line.split(',')[0])).toEqual(all);
  });
});

describe('a Worker that is started again on the same folder', () => {
  it('finds its answers and has its sums', async () => {
    const id = await ask('messages', { ...prompt, messages: [{ role: 'user', content: 'hello' }] });
    const secret = { max_tokens: 20, temperature: 2, top_a: 0.5, secret_field: 'secret words', metadata: { mine: 'secret words' } };
    const changed = await ask('chat/completions', { ...hello(secret), model: '@anthropic/claude-haiku-4-5' });
    const before = await list('activity', ONE);
    await plain.stop();
    plain = await startHarness(VARIABLES, 0, { objects: OBJECTS, persist: join(folder, 'plain') });
    for (const prefix of ['gen-', 'msg_', 'chatcmpl-']) {
      const { data } = (await (await get(`generation?id=${id.replace('gen-', prefix)}`, ONE)).json()) as { data: Json };
      expect(data).toMatchObject({
        id,
        provider_name: expect.stringContaining('Novita AI'),
        provider_responses: [{ status: 200 }],
        api_type: 'completions',
      });
    }
    const { data } = (await (await get(`generation?id=${changed}`, ONE)).json()) as { data: Json };
    expect(data).toMatchObject({
      attempt_count: 1,
      attempts: [{ provider: 'anthropic', status: 200, error_type: null, started_ms: expect.any(Number), duration_ms: expect.any(Number) }],
      adjustments: expect.arrayContaining([
        { param: 'temperature', action: 'clamped', from: 2, to: 1 },
        { param: 'top_a', action: 'dropped', from: 0.5, to: null },
        { param: 'secret_field', action: 'dropped', from: null, to: null },
      ]),
    });
    expect(data['adjustment_count']).toBe((data['adjustments'] as Json[]).length);
    expect(JSON.stringify(data)).not.toContain('secret words');
    expect((await get(`generation?id=${id}`, OTHER)).status).toBe(404);
    expect((await list('activity', ONE)).data).toEqual(before.data);
  });
});

describe('D1', () => {
  it('gets every row, answers the operator, and keeps the rows through a restart', async () => {
    const bindings = { objects: OBJECTS, d1: ['LEDGER'], persist: join(folder, 'd1') };
    let copied = await startHarness(VARIABLES, 0, bindings);
    try {
      const ids: string[] = [];
      for (const key of [ONE, OTHER, ONE]) ids.push(await ask('chat/completions', hello({ user: 'bob' }), { key, harness: copied }));
      await list('activity', ONE, copied); // what waits in the isolate is written
      await list('activity', OTHER, copied);
      const rows = await until('D1 to have the rows', async () => {
        const { data } = await list('activity/generations', ADMIN, copied);
        return data.length === ids.length ? data : undefined;
      });
      expect(rows.map(({ id }) => id)).toEqual(ids.toReversed());
      await copied.stop();
      copied = await startHarness(VARIABLES, 0, bindings);
      expect((await list('activity/generations', ADMIN, copied)).data).toEqual(rows);
      const { data, precision } = await list('activity?group_by=key,day', ADMIN, copied);
      expect(data.map(({ requests }) => requests).toSorted()).toEqual([1, 2]);
      expect(precision).toBe('minute');
      const since = `from=${encodeURIComponent(String(rows[0]?.['created_at']))}`;
      expect((await list(`activity/generations?${since}`, ADMIN, copied)).data).toEqual([rows[0]]);
    } finally {
      await copied.stop();
    }
  });
});
