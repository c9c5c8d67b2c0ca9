/**
 * Races and wrong sums of other gateways, by the number of the report, each as what this router does instead. Those with tests of their own
 * elsewhere: checks after the fact (litellm 26672, `budget-for-one.test.ts`), holds that leak where a stream fails before its first chunk (otari
 * 128) and settlements that come twice (otari pull request 767, `limits.test.ts`), models that are checked on one of two names (bifrost 7112) and
 * aliases that no list has (bifrost 3342, `created-keys.test.ts`).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hello, post, until } from './harness.ts';
import { ADMIN, createKey, shareObjects, type CreatedKey, type SharedObjects } from './shared-objects.ts';

const MODEL = '@openai/gpt-4o-mini';

let shared: SharedObjects;
beforeAll(async () => {
  shared = await shareObjects();
});
afterAll(() => shared?.stop());

type Limit = { used: number; reserved: number; remaining: number };
type KeyState = { usage: number; usage_daily: number; limit_remaining: number | null; limits: Limit[] };
type Group = { usage: number; requests: number };

const limit = (resource: string, amount: number, window = 'total') => ({ resource, window, amount });

const chat = (
  base: string,
  { headers }: CreatedKey,
  fields: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, string>> = {},
) => post(`${base}/chat/completions`, hello({ model: MODEL, max_tokens: 20, ...fields }), { ...headers, ...more });

async function read<Data>(path: string, headers: Readonly<Record<string, string>>, base = shared.a): Promise<Data> {
  return ((await (await fetch(`${base}${path}`, { headers })).json()) as { data: Data }).data;
}

/** The state once nothing is reserved. Both isolates end their slices. */
const settled = (key: CreatedKey) =>
  until('everything to be settled', async () => {
    await read('/key', key.headers, shared.b);
    const state = await read<KeyState>('/key', key.headers);
    return state.limits.every(({ reserved }) => reserved === 0) ? state : undefined;
  });

const nano = (usd: number) => Math.round(usd * 1e9);

/** Random numbers from 0 to below 1 that a seed decides. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('limits that count parallel requests', () => {
  it('of one session: two of twenty pass, of either isolate (litellm 34732)', async () => {
    const key = await createKey(shared, { session_limits: [limit('requests', 2, 'day')] });
    const calls = Array.from({ length: 20 }, (_, call) => chat(call % 2 === 0 ? shared.a : shared.b, key, {}, { 'x-session-id': 's' }));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect([200, 429].map((wanted) => statuses.filter((status) => status === wanted).length)).toEqual([2, 18]);
  });

  it('of requests are one count for all isolates (litellm pull request 30661)', async () => {
    const key = await createKey(shared, { limits: [limit('requests', 7, 'day')] });
    const statuses: number[] = [];
    for (let call = 0; call < 10; call++) statuses.push((await chat([shared.a, shared.b][call % 2] ?? '', key)).status);
    expect(statuses).toEqual([...Array<number>(7).fill(200), 429, 429, 429]);
  });
});

describe('a budget that is large enough', () => {
  it('refuses no request of a caller that sends one after the other (litellm 36926)', async () => {
    const key = await createKey(shared, { limits: [limit('usd', 0.0005)] });
    const statuses = new Set<number>();
    // A settlement that is on its way holds its reservation: then the answer says that it is free soon.
    for (let call = 0; call < 10; call++) {
      await until('the settlement', async () => {
        const { status } = await chat(shared.a, key);
        statuses.add(status);
        return status === 200 ? true : undefined;
      });
    }
    expect(statuses.has(402)).toBe(false);
  });

  it('holds nothing after a hundred requests that failed, were refused or lost their clients (litellm 27639, pull request 36592)', async () => {
    const key = await createKey(shared, { limits: [limit('usd', 0.02), { resource: 'concurrent', amount: 20 }] });
    const calls = Array.from({ length: 100 }, async (_, call) => {
      const leaving = new AbortController();
      const faults = ['status=500', 'cut-after=2', 'status=429', 'error-first'][call % 4] ?? '';
      const headers = { ...key.headers, 'content-type': 'application/json', 'x-simulator-fault': faults };
      const body = JSON.stringify(hello({ model: MODEL, stream: call % 3 === 0, max_tokens: 20 }));
      const asked = fetch(`${call % 2 === 0 ? shared.a : shared.b}/chat/completions`, {
        method: 'POST',
        headers,
        body,
        signal: leaving.signal,
      });
      if (call % 5 === 0) setTimeout(() => leaving.abort(), call % 7);
      await asked.then((response) => response.text()).catch(() => undefined);
    });
    await Promise.all(calls);
    const { usage, limits } = await settled(key);
    expect(nano(limits[0]?.used ?? 0)).toBe(nano(usage));
    expect((await chat(shared.a, key)).status).toBe(200);
  });

  it('that was raised is used at once, and one that was lowered refuses at once (litellm 27735)', async () => {
    const key = await createKey(shared, { limits: [limit('requests', 1)] });
    const change = (amount: number) =>
      fetch(`${shared.a}/keys/${key.hash}`, {
        method: 'PATCH',
        headers: { ...ADMIN, 'content-type': 'application/json' },
        body: JSON.stringify({ limits: [limit('requests', amount)] }),
      });
    const statuses = [(await chat(shared.a, key)).status, (await chat(shared.a, key)).status];
    await change(2);
    statuses.push((await chat(shared.a, key)).status);
    await change(1);
    statuses.push((await chat(shared.a, key)).status);
    expect(statuses).toEqual([200, 429, 200, 429]);
    expect((await read<KeyState>('/key', key.headers)).limits).toMatchObject([{ used: 2, remaining: 0 }]);
  });
});

it.each([
  ['/chat/completions', { messages: [{ role: 'user', content: 'hello' }] }],
  ['/messages', { messages: [{ role: 'user', content: 'hello' }], max_tokens: 100 }],
  ['/responses', { input: 'hello' }],
])('%s records what its limit counts: of streams, bodies and answers that are cut short (litellm 40050)', async (path, body) => {
  const key = await createKey(shared, { limits: [limit('usd', 0.1), limit('tokens', 1e6)] });
  for (const stream of [true, false])
    for (const fault of ['none', 'cut-after=3', 'no-usage', 'flood=50'])
      await (
        await post(
          `${shared.a}${path}`,
          { model: MODEL, stream, ...body },
          { ...key.headers, ...(fault === 'none' ? {} : { 'x-simulator-fault': fault }) },
        )
      ).text();
  const { usage, limits } = await settled(key);
  const rows = await read<{ cost: number | null; prompt_tokens: number | null; completion_tokens: number | null }[]>(
    '/activity/generations?limit=1000',
    key.headers,
  );
  expect(rows).toHaveLength(8);
  const cost = rows.reduce((sum, row) => sum + nano(row.cost ?? 0), 0);
  const tokens = rows.reduce((sum, row) => sum + (row.prompt_tokens ?? 0) + (row.completion_tokens ?? 0), 0);
  expect(cost).toBeGreaterThan(0);
  expect([nano(usage), nano(limits[0]?.used ?? 0), limits[1]?.used]).toEqual([cost, cost, tokens]);
});

it('failures are no spend, in no sum (new-api 5253)', async () => {
  const key = await createKey(shared, { limits: [limit('usd', 1)] });
  for (let call = 0; call < 3; call++) await (await chat(shared.a, key, {}, { 'x-simulator-fault': 'status=500' })).text();
  expect(await settled(key)).toMatchObject({ usage: 0, limits: [{ used: 0 }] });
  expect(await read<Group[]>('/activity', key.headers)).toMatchObject([{ usage: 0, requests: 3 }]);
});

it('what has no answer of a model counts nowhere: counts of tokens, explanations, refused requests', async () => {
  const key = await createKey(shared, { limits: [limit('requests', 1)] });
  await (await chat(shared.a, key)).text();
  await settled(key);
  const messages = [{ role: 'user', content: 'hello' }];
  const answers = [
    await post(`${shared.a}/messages/count_tokens`, { model: MODEL, messages }, key.headers),
    await post(`${shared.a}/explain`, { model: MODEL, messages }, key.headers),
    await chat(shared.a, key),
    await chat(shared.a, key, { temperature: 'hot' }),
    await chat(shared.a, key, { model: '@openai/none-such-model' }),
  ];
  expect(answers.slice(0, 4).map(({ status }) => status)).toEqual([200, 200, 429, 400]);
  expect((await settled(key)).limits).toMatchObject([{ used: 1 }]);
  expect(await read('/activity/generations', key.headers)).toHaveLength(1);
});

it('after 300 random calls the key, the keys, the activity and each generation agree to the billionth of a USD (litellm 30460, breeze pull request 5555)', async () => {
  const seed = Date.now() % 2 ** 31;
  const random = randomOf(seed);
  const any = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const key = await createKey(shared, { limits: [limit('usd', 50), limit('usd', 20, 'day'), limit('tokens', 1e9, 'month')], soft_at: 0.9 });
  const ids: string[] = [];
  const faults = [null, null, null, null, 'status=500', 'cut-after=2', 'no-usage', 'error-after=2', 'flood=200', 'malformed-after=2'];
  async function ask(): Promise<void> {
    const [stream, fault, isLeaving] = [random() < 0.5, any(faults), random() < 0.1];
    const common = { model: any([MODEL, '@deepseek/deepseek-chat', '@openai/gpt-4o', '@anthropic/claude-sonnet-4.5']), stream };
    const messages = [{ role: 'user', content: 'hello '.repeat(1 + Math.floor(random() * 30)) }];
    const [path, body] = any<readonly [string, object]>([
      ['/chat/completions', { ...common, messages, n: any([undefined, 2]) }],
      ['/messages', { ...common, messages, max_tokens: 50 }],
      ['/responses', { ...common, input: 'hello' }],
      ['/embeddings', { model: '@openai/text-embedding-3-small', input: ['a', 'b'] }],
    ]);
    const leaving = new AbortController();
    const headers = { ...key.headers, 'content-type': 'application/json', ...(fault === null ? {} : { 'x-simulator-fault': fault }) };
    try {
      const response = await fetch(`${any([shared.a, shared.b])}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: leaving.signal,
      });
      ids.push(response.headers.get('x-generation-id') ?? '');
      if (isLeaving) return leaving.abort();
      await response.text();
    } catch {
      // The answer was cut.
    }
  }
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 60 }, ask));
  const mine = await settled(key);
  const kept = await read<KeyState>(`/keys/${key.hash}`, ADMIN);
  const groups = await read<Group[]>('/activity', key.headers);
  const rows = await read<{ id: string; cost: number | null }[]>('/activity/generations?limit=1000', key.headers);
  const cost = rows.reduce((sum, row) => sum + nano(row.cost ?? 0), 0);
  expect(cost).toBeGreaterThan(0);
  const sums = {
    usage: mine.usage,
    day: mine.usage_daily,
    kept: kept.usage,
    total: kept.limits[0]?.used ?? 0,
    today: kept.limits[1]?.used ?? 0,
    activity: groups.reduce((sum, group) => sum + nano(group.usage), 0) / 1e9,
  };
  for (const [name, sum] of Object.entries(sums)) expect(nano(sum), `${name}, seed ${seed}`).toBe(cost);
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.filter((id) => id !== '')));
  for (const { id, cost: ofRow } of rows.slice(0, 40)) {
    const generation = await read<{ total_cost: number | null }>(`/generation?id=${id}`, key.headers, any([shared.a, shared.b]));
    expect(generation.total_cost, `${id}, seed ${seed}`).toBe(ofRow);
  }
});
