/** Limits of keys under load, with the real objects: what was reserved, what was spent, and what is refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hello, post, until } from './harness.ts';
import { ADMIN, createKey, shareObjects, type CreatedKey, type SharedObjects } from './shared-objects.ts';

/** Its worst case is 0.0024585 USD, its answers cost about 0.00002 USD. */
const MODEL = '@openai/gpt-4o-mini';

/** When the requests came that no isolate made. */
const CREATED_MS = Date.now();

let shared: SharedObjects;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limits-'));
  shared = await shareObjects({}, folder);
});
afterAll(async () => {
  await shared?.stop();
  await rm(folder, { recursive: true, force: true });
});

const chat = (base: string, { headers }: CreatedKey, fields: Readonly<Record<string, unknown>> = {}, more = {}) =>
  post(`${base}/chat/completions`, hello({ model: MODEL, ...fields }), { ...headers, ...more });

type KeyState = { usage: number; limits: { used: number; reserved: number; remaining: number }[] };

async function stateOf({ hash }: CreatedKey): Promise<KeyState> {
  const { data } = (await (await fetch(`${shared.a}/keys/${hash}`, { headers: ADMIN })).json()) as { data: KeyState };
  return data;
}

/** The state once nothing is reserved. */
const settled = (key: CreatedKey) =>
  until('everything to be settled', async () => {
    const state = await stateOf(key);
    return state.limits.every(({ reserved }) => reserved === 0) ? state : undefined;
  });

const usd = (amount: number) => ({ limits: [{ resource: 'usd', window: 'total', amount }] });

/** A lease as an isolate makes it. */
async function reserve({ hash }: CreatedKey, id: string, fields: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const record = { hash, updatedMs: 0, limits: [], userLimits: [], sessionLimits: [], softAt: null, isByokCounted: false, disabled: false };
  const draft = { id, createdMs: CREATED_MS };
  const worst = { usd: 2_000_000, requests: 1, tokens: 10, concurrent: 1 };
  const lease = { id, worst, user: null, session: null, ttlMs: 300, isSent: true, draft, ...fields };
  return shared.object(hash, 'reserve', { record: { ...record, expiresMs: null }, lease });
}

const settle = ({ hash }: CreatedKey, id: string, costNanoUsd: number) =>
  shared.object(hash, 'settle', { settlements: [{ id, rows: [{ id, createdMs: CREATED_MS, costNanoUsd }] }] });

describe('fifty parallel calls on a budget for one', () => {
  it.each([
    { of: 'one isolate', bases: () => [shared.a] },
    { of: 'two isolates', bases: () => [shared.a, shared.b] },
  ])('of $of: at most one passes, and the others are not charged', async ({ bases }) => {
    const key = await createKey(shared, usd(0.00246)); // what one leaves is less than the worst case of another
    const places = bases();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, call) => chat(places[call % places.length] ?? '', key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect(statuses.filter((status) => status !== 200 && status !== 402 && status !== 429)).toEqual([]);
    const { limits, usage } = await settled(key);
    expect(limits[0]?.used).toBeCloseTo(usage, 12);
    expect(usage).toBeLessThan(0.0001);
  });
});

describe('a Worker that dies', () => {
  it('after sending: the alarm counts its worst case once, and a late settlement corrects it once', async () => {
    const key = await createKey(shared, usd(0.01));
    await stateOf(key);
    await reserve(key, 'gen-crashed');
    await shared.restart();
    const expired = await settled(key);
    expect([expired.limits[0]?.used, expired.usage]).toEqual([0.002, 0.002]);
    await settle(key, 'gen-crashed', 700_000);
    await settle(key, 'gen-crashed', 700_000);
    const corrected = await stateOf(key);
    expect([corrected.limits[0]?.used, corrected.usage]).toEqual([0.0007, 0.0007]);
  });

  it('before sending: what it held is free again, and the key is not locked', async () => {
    const key = await createKey(shared, usd(0.003));
    await stateOf(key);
    await reserve(key, 'gen-leak', { isSent: false, ttlMs: 2000 });
    expect((await chat(shared.a, key)).status).toBe(429);
    await until('the leases to expire', async () => ((await chat(shared.a, key)).status === 200 ? true : undefined));
  });
});

it('a settlement that comes twice counts once', async () => {
  const key = await createKey(shared, usd(0.01));
  await stateOf(key);
  await reserve(key, 'gen-twice', { ttlMs: 60_000 });
  for (let time = 0; time < 2; time++) await settle(key, 'gen-twice', 300_000);
  expect((await stateOf(key)).limits).toMatchObject([{ used: 0.0003, reserved: 0 }]);
});

it('an object that is restarted between reservation and settlement settles', async () => {
  const key = await createKey(shared, usd(0.01));
  await stateOf(key);
  await reserve(key, 'gen-restart', { ttlMs: 60_000 });
  await shared.restart();
  expect((await stateOf(key)).limits).toMatchObject([{ used: 0, reserved: 0.002 }]);
  await settle(key, 'gen-restart', 300_000);
  expect((await stateOf(key)).limits).toMatchObject([{ used: 0.0003, reserved: 0 }]);
});

/** Sends a request whose client leaves. @param isReading after its first bytes; else before its headers. */
async function leave(
  key: CreatedKey,
  body: Readonly<Record<string, unknown>>,
  { fault, isReading }: { fault: string; isReading: boolean },
): Promise<void> {
  const leaving = new AbortController();
  const pending = fetch(`${shared.a}/chat/completions`, {
    method: 'POST',
    headers: { ...key.headers, 'content-type': 'application/json', 'x-simulator-fault': fault },
    body: JSON.stringify(hello({ model: MODEL, ...body })),
    signal: leaving.signal,
  });
  pending.catch(() => undefined);
  if (isReading) await (await pending).body?.getReader().read();
  else await until('the reservation', async () => ((await stateOf(key)).limits[0]?.reserved ? true : undefined));
  leaving.abort();
}

describe.each([
  { door: '/chat/completions', body: { messages: [{ role: 'user', content: 'hello' }] }, spent: 402 },
  { door: '/messages', body: { max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] }, spent: 402 },
  { door: '/responses', body: { input: 'hello' }, spent: 429 },
])('$door', ({ door, body, spent }) => {
  it('frees what it held where the upstream fails before its first chunk, streamed or not', async () => {
    const key = await createKey(shared, usd(0.05));
    for (const stream of [true, false]) {
      const response = await post(
        `${shared.a}${door}`,
        { model: MODEL, stream, ...body },
        { ...key.headers, 'x-simulator-fault': 'status=500' },
      );
      expect(response.status).toBeGreaterThanOrEqual(500);
      await response.body?.cancel();
    }
    expect(await settled(key)).toMatchObject({ usage: 0, limits: [{ used: 0 }] });
  });

  it('settles a stream whose client leaves with what it has received', async () => {
    const key = await createKey(shared, usd(0.05));
    const leaving = new AbortController();
    const response = await fetch(`${shared.a}${door}`, {
      method: 'POST',
      headers: { ...key.headers, 'content-type': 'application/json', 'x-simulator-fault': 'flood=100000000' },
      body: JSON.stringify({ model: MODEL, stream: true, ...body }),
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await reader?.closed.catch(() => undefined);
    const { usage, limits } = await settled(key);
    expect(usage).toBeGreaterThan(0);
    expect(limits[0]?.used).toBeCloseTo(usage, 12);
  });

  it('refuses a request that the budget is too small for, and tells its client not to repeat it', async () => {
    const key = await createKey(shared, usd(0.000001));
    const response = await post(`${shared.a}${door}`, { model: MODEL, ...body }, key.headers);
    expect([response.status, response.headers.get('x-should-retry'), response.headers.get('retry-after')]).toEqual([spent, 'false', null]);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    const shown = door === '/messages' ? { type: 'billing_error' } : door === '/responses' ? { code: 'insufficient_quota' } : { code: 402 };
    expect(error).toMatchObject(shown);
  });
});

describe('a client that leaves', () => {
  it('before the first content of its stream: what was held is free, and the prompt that was sent counts', async () => {
    const key = await createKey(shared, usd(0.05));
    await leave(key, { stream: true }, { fault: 'silent-ms=20000', isReading: false });
    const { usage } = await settled(key);
    expect(usage).toBeGreaterThan(0);
    expect(usage).toBeLessThan(0.00001);
  });

  it('from an answer that is drained: the whole answer counts, as the upstream reports it', async () => {
    const key = await createKey(shared, usd(0.05));
    await leave(key, { stream: true, provider: { on_disconnect: 'drain' } }, { fault: 'flood=1000', isReading: true });
    expect((await settled(key)).usage).toBe(0.00001935);
  });
});
