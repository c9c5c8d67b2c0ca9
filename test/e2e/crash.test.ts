/**
 * `kill -9` while answers are being made, twice in a row, and what the next start on the same data folder makes of them: nothing stays reserved,
 * nothing counts twice, and nothing ends without an error that says so.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, completionOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post, until } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, type Created } from './manage-keys.ts';
import { createDataFolder, startNodeRouter, type NodeRouter } from './node-router.ts';
import { idsOf, readUntil, textOf } from './streams-harness.ts';

/** A model with a price, and one whose provider has chat completions only. */
const [PRICED, MODEL] = ['@openai/gpt-4o-mini', '@sambanova/any-model'];

/** So long a lease outlives the process that made it. */
const LEASE_SECONDS = '4';

/** A chunk that ends within a character. */
const CUT_TEXT = Buffer.from(contentFrame('東京')).subarray(0, Buffer.from(contentFrame('東京')).indexOf(0xe6) + 1);

/** A chunk with the first part of a tool call. */
const CUT_CALL = contentFrame('').replace(
  '"content":""',
  `"tool_calls":${JSON.stringify([{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"city":"Zür' } }])}`,
);

/** How often the upstream was asked for what: requests are told apart by a word of their text, which says what is answered. */
const served = new Map<string, number>();

let upstream: OwnUpstream;
let data: Awaited<ReturnType<typeof createDataFolder>>;
let router: NodeRouter;
let limited: Created;
let unlimited: Created;

const serveUpstream = () =>
  listen(async (request, response) => {
    const body = await bodyOf(request);
    const word = /(whole|cut|call|silent)-[a-z]+/.exec(body)?.[0] ?? '';
    served.set(word, (served.get(word) ?? 0) + 1);
    if (word.startsWith('silent')) return;
    if (word.startsWith('whole') && !body.includes('"stream":true'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completionOf('whole')));
    response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
    if (word.startsWith('whole')) response.end(ENDING);
    else response.write(word.startsWith('call') ? CUT_CALL : CUT_TEXT);
  });

async function start(): Promise<void> {
  const upstreams = { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'k', SAMBANOVA_BASE_URL: upstream.url, SAMBANOVA_API_KEY: 'k' };
  const variables = { ADMIN_API_KEY: ADMIN_KEY, LEASE_SECONDS, JOIN_WRITES_MS: '0', MAX_ATTEMPTS: '1', ...upstreams };
  router = await startNodeRouter(data.path, { variables });
}

type Json = Readonly<Record<string, unknown>>;
const chat = (word: string, fields: Json = {}) => ({ model: PRICED, messages: [{ role: 'user', content: word }], ...fields });
const respond = (input: string, fields: Json = {}) => ({ model: MODEL, input, ...fields });
const ask = (path: string, body: Json, headers: Readonly<Record<string, string>> = {}) =>
  post(`${router.url}/v1${path}`, body, { ...bearer(limited.key), ...headers });
const read = (path: string, { key } = limited) => fetch(`${router.url}/v1${path}`, { headers: bearer(key) });
const json = async (pending: Promise<Response>) => (await (await pending).json()) as Record<string, unknown>;

const RESUME = { 'x-tributary-resume': 'true' };
const CACHE = { 'x-openrouter-cache': 'true' };
const ONCE = { ...RESUME, 'idempotency-key': 'one' };
const ONCE_SILENT = { ...RESUME, 'idempotency-key': 'two' };
const TOOLS = [{ name: 'look', input_schema: { type: 'object' } }];

/** Asks the databases in a folder of the data. That is no request. */
function query(folder: string, sql: string): Record<string, unknown>[] {
  const files = readdirSync(join(data.path, folder), { recursive: true }).map(String);
  return files
    .filter((name) => name.endsWith('.sqlite') && !name.endsWith('metadata.sqlite'))
    .flatMap((name) => {
      const database = new DatabaseSync(join(data.path, folder, name), { readOnly: true });
      try {
        return database.prepare(sql).all();
      } catch {
        return []; // it has no such table yet
      } finally {
        database.close();
      }
    });
}

const idsInD1 = () => query('d1', 'SELECT id FROM generations').map(({ id }) => String(id));
const isStored = (text: string) =>
  query('do/tributary-StreamObject', 'SELECT bytes FROM log').some(({ bytes }) => Buffer.from(bytes as Uint8Array).includes(text));

/** What was being made: addresses of streams with the text that their client had seen, and ids of responses. */
type Broken = { text: Seen; call: Seen; running: string; queued: string; kept: string; half: string };
type Seen = { path: string; seen: string };
let broken: Broken;

/** Requests of the key with limits that reach the upstream. Two are answered. */
const CALLS = 11;

async function begin(): Promise<Broken> {
  const { id: kept } = await json(ask('/responses', respond('whole-kept', { store: true })));
  await textOf(await ask('/chat/completions', chat('whole-cache'), CACHE));
  await textOf(await ask('/chat/completions', chat('whole-batch'), bearer(unlimited.key)));
  const streams = await Promise.all([
    ask('/chat/completions', chat('cut-text', { stream: true }), ONCE),
    ask('/messages', { ...chat('call-tool', { stream: true, max_tokens: 99, model: MODEL }), tools: TOOLS }, RESUME),
    ask('/responses', respond('cut-half', { stream: true, store: true })),
    ask('/chat/completions', chat('cut-stream', { stream: true })),
    ask('/chat/completions', chat('cut-cache', { stream: true }), CACHE),
  ]);
  const seen = await Promise.all(streams.map((stream, place) => readUntil(stream, place === 1 ? /city/ : /Begin/)));
  const [running = '', queued = ''] = await Promise.all(
    ['cut-running', 'silent-queued'].map(async (word) =>
      String((await json(ask('/responses', respond(word, { background: true }))))['id']),
    ),
  );
  for (const [word, headers] of [
    ['silent-body', {}],
    ['silent-resumed', ONCE_SILENT],
  ] as const)
    ask('/chat/completions', chat(word), headers).catch(() => undefined);
  await until('all requests to reach the upstream', () => (served.size === CALLS + 1 ? true : undefined));
  const progress = async () => (await json(read(`/responses/${running}`)))['status'] === 'in_progress' || undefined;
  await until('progress', progress);
  const [text, call] = [0, 1].map((place) => ({
    path: streams[place]?.headers.get('x-tributary-stream')?.replace('/v1', '') ?? '',
    seen: seen[place] ?? '',
  })) as [Seen, Seen];
  await until('the logs to be stored', () => (isStored('"content":"Begin ') && isStored('city')) || undefined);
  return { text, call, running, queued, kept: String(kept), half: /"id":"(resp_\w+)"/.exec(seen[2] ?? '')?.[1] ?? '' };
}

beforeAll(async () => {
  upstream = await serveUpstream();
  data = await createDataFolder();
  await start();
  const limits = [{ resource: 'usd', window: 'total', amount: 1 }, { resource: 'tokens', window: 'day', amount: 1e6 }, { resource: 'concurrent', amount: 50 }]; // prettier-ignore
  [limited, unlimited] = await Promise.all([createKey(router.url, { limits }), createKey(router.url)]);
  broken = await begin();
  await router.kill();
  await start();
  await router.kill(); // while its first alarms run
  await start();
}, 90_000);
afterAll(async () => {
  await router?.kill();
  await upstream?.stop();
  await data?.remove();
});

type Row = { id: string; prompt_tokens: number; completion_tokens: number; cost: number | null; error: string | null; estimated: string[] };
const rowsOf = async (key: Created) => (await json(read('/activity/generations?limit=100', key)))['data'] as Row[];

describe('after two kills in a row, while answers were being made', () => {
  it('alarms end the leases and copy every row to D1, without a request', async () => {
    await until('all rows in D1', () => (idsInD1().length >= CALLS ? true : undefined));
    const rows = [...(await rowsOf(limited)), ...(await rowsOf(unlimited))];
    expect(idsInD1().toSorted()).toEqual(rows.map(({ id }) => id.replace('gen-', '')).toSorted());
  });

  it('each request that reached the upstream counts once, those without an end as an estimate, and nothing stays reserved', async () => {
    const rows = await rowsOf(limited);
    expect(rows.length).toBe(CALLS);
    const expired = rows.filter(({ error }) => error === 'expired');
    expect(expired.length).toBe(CALLS - 2);
    for (const { estimated } of expired) expect(estimated).toContain('cost');
    const sum = (value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
    const { limits } = (await json(read('/key')))['data'] as { limits: { used: number; reserved: number }[] };
    expect(limits).toMatchObject([
      { used: expect.closeTo(sum(({ cost }) => cost ?? 0), 12), reserved: 0 },
      { used: sum((row) => row.prompt_tokens + row.completion_tokens), reserved: 0 },
      { used: 0, reserved: 0 },
    ]); // prettier-ignore
    expect(limits[0]?.used).toBeGreaterThan(0.001);
    expect(Math.max(...served.values())).toBe(1);
  });

  it('a row of a key without limits that waited in memory is lost, or is there once', async () => {
    expect((await rowsOf(unlimited)).length).toBeLessThanOrEqual(1);
  });

  it.each([['within a character', 'text'] as const, ['within a tool call', 'call'] as const])(
    'a resumable stream that was cut %s ends with an error',
    async (_, name) => {
      const { path, seen } = broken[name];
      const last = idsOf(seen).at(-1) ?? -1;
      const whole = await textOf(await read(path));
      expect(whole.startsWith(seen)).toBe(true);
      expect(idsOf(whole)).toEqual(Array.from({ length: last + 2 }, (_none, id) => id));
      expect(whole.slice(seen.length)).toMatch(/"error".*interrupted/);
      expect(await textOf(await read(`${path}?starting_after=${last}`))).toBe(whole.slice(seen.length));
    },
  );

  it('answers in the background have failed, and say why', async () => {
    for (const id of [broken.running, broken.queued]) {
      const response = await json(read(`/responses/${id}`));
      expect(response).toMatchObject({ id, status: 'failed', error: { message: expect.stringContaining('interrupted') } });
    }
  });

  it('an answer that was kept can be continued, and one that was being made is not there', async () => {
    const next = (id: string) => ask('/responses', respond('whole-next', { previous_response_id: id }));
    expect(await json(next(broken.kept))).toMatchObject({ status: 'completed', previous_response_id: broken.kept });
    const missing = await next(broken.half);
    expect([missing.status, await missing.json()]).toMatchObject([400, { error: { code: 'previous_response_not_found' } }]);
    expect((await read(`/responses/${broken.half}`)).status).toBe(404);
  });

  it('the cache has the whole answer and not the half one', async () => {
    const repeat = async (word: string, fields: Json = {}) => {
      const response = await ask('/chat/completions', chat(word, fields), CACHE);
      await response.body?.cancel();
      return response.headers.get('x-tributary-cache');
    };
    expect([await repeat('whole-cache'), await repeat('cut-cache', { stream: true })]).toEqual(['hit', 'miss']);
  });

  it('a request with the Idempotency-Key of an interrupted answer is made anew, unless it goes on from an event', async () => {
    const again = () => ask('/chat/completions', chat('cut-text', { stream: true }), ONCE);
    const rest = await ask('/chat/completions', chat('cut-text', { stream: true }), { ...ONCE, 'last-event-id': '0' });
    expect(await textOf(rest)).toContain('interrupted');
    const calls = () => served.get('cut-text');
    expect(calls()).toBe(1);
    expect(await readUntil(await again(), /Begin/)).toContain('id: 0\n');
    expect(calls()).toBe(2);
    await (await again()).body?.cancel(); // it joins
    expect(calls()).toBe(2);
    ask('/chat/completions', chat('silent-resumed'), ONCE_SILENT).catch(() => undefined);
    await until('the call upstream', () => (served.get('silent-resumed') === 2 ? true : undefined));
  });
});

describe('an orderly end', () => {
  it('writes what waits in memory: rows of keys without limits, and what a slice has paid for', async () => {
    await router.kill(); // answers that never end would keep it for 10 s
    await start();
    const before = await rowsOf(unlimited);
    const sliced = await createKey(router.url, { limit: 5 });
    for (const { key } of [unlimited, sliced, sliced, sliced]) await textOf(await ask('/chat/completions', chat('whole-end'), bearer(key)));
    expect(await router.end()).toBe(0);
    await start();
    expect((await rowsOf(unlimited)).length).toBe(before.length + 1);
    expect((await rowsOf(sliced)).map(({ error }) => error)).toEqual([null, null, null]);
    const { limits } = (await json(read('/key', sliced)))['data'] as { limits: object[] };
    expect(limits).toMatchObject([{ reserved: 0 }]);
  });
});
