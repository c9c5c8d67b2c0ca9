/** Limits of requests, tokens and concurrent requests, of users and sessions, and what official clients do at them. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hello, post, until } from './harness.ts';
import { ADMIN, createKey, shareObjects, type CreatedKey, type SharedObjects } from './shared-objects.ts';

const MODEL = '@openai/gpt-4o-mini';

let shared: SharedObjects;
beforeAll(async () => {
  shared = await shareObjects();
});
afterAll(() => shared?.stop());

const chat = ({ headers }: CreatedKey, fields: Readonly<Record<string, unknown>> = {}, more: Readonly<Record<string, string>> = {}) =>
  post(`${shared.a}/chat/completions`, hello({ model: MODEL, ...fields }), { ...headers, ...more });

const limit = (resource: string, window: string, amount: number) => ({ resource, window, amount });

/** Requests that an official client makes where a budget is spent. */
async function requestsOf(ask: (fetcher: typeof fetch) => Promise<unknown>): Promise<number> {
  let requests = 0;
  const counted: typeof fetch = (input, init) => {
    requests++;
    return fetch(input, init);
  };
  await expect(ask(counted)).rejects.toThrow(/limit of/);
  return requests;
}

describe('limits of requests and tokens', () => {
  it('are in the headers of each answer, and refuse with the time to wait', async () => {
    const key = await createKey(shared, { limits: [limit('requests', 'minute', 2), limit('tokens', 'day', 100_000)] });
    const first = await chat(key);
    expect(['limit-requests', 'remaining-requests', 'limit-tokens'].map((name) => first.headers.get(`x-ratelimit-${name}`))).toEqual(['2', '1', '100000']); // prettier-ignore
    expect(Number(first.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(100_000);
    expect((await chat(key)).status).toBe(200);
    const refused = await chat(key);
    expect([refused.status, refused.headers.get('x-ratelimit-remaining-requests')]).toEqual([429, '0']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it("are in Anthropic's headers on /messages, and on embeddings too", async () => {
    const key = await createKey(shared, { limits: [limit('requests', 'day', 5)] });
    const message = await post(`${shared.a}/messages`, { ...hello({ model: MODEL }), max_tokens: 10 }, key.headers);
    expect(message.headers.get('anthropic-ratelimit-requests-remaining')).toBe('4');
    const vector = await post(`${shared.a}/embeddings`, { model: 'openai/text-embedding-3-small', input: ['a', 'b'] }, key.headers);
    expect([vector.status, vector.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '3']);
  });
});

it('a limit of concurrent requests counts streams until they end', async () => {
  const key = await createKey(shared, { limits: [{ resource: 'concurrent', amount: 1 }] });
  const stream = await chat(key, { stream: true }, { 'x-simulator-fault': 'flood=100000000' });
  const reader = stream.body?.getReader();
  await reader?.read();
  const refused = await chat(key);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  await reader?.cancel();
  await until('the stream to end', async () => ((await chat(key)).status === 200 ? true : undefined));
});

it('limits of users and sessions count each of them apart', async () => {
  const key = await createKey(shared, { user_limits: [limit('requests', 'day', 1)], session_limits: [limit('requests', 'day', 2)] });
  const ask = async (user: string, session: string) => (await chat(key, { user }, { 'x-session-id': session })).status;
  expect([await ask('ann', 's1'), await ask('ann', 's1'), await ask('bob', 's1'), await ask('eve', 's1'), await ask('eve', 's2')]).toEqual([
    200, 429, 200, 429, 200,
  ]);
});

describe('a budget', () => {
  it('warns in a header when its soft part is used', async () => {
    const key = await createKey(shared, { limit: 0.0025, soft_at: 0.01 });
    const first = await chat(key);
    expect([first.status, first.headers.get('x-tributary-budget')]).toEqual([200, null]);
    const used = await until('the warning', async () => (await chat(key)).headers.get('x-tributary-budget') ?? undefined);
    expect(Number(used)).toBeGreaterThanOrEqual(0.01);
  });

  it('that is spent ends the attempts of official clients at once', async () => {
    const { key } = await createKey(shared, { limit: 0.000001 });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const openai = (fetcher: typeof fetch) => new OpenAI({ apiKey: key, baseURL: shared.a, fetch: fetcher });
    const anthropic = (fetcher: typeof fetch) => new Anthropic({ apiKey: key, baseURL: shared.a.replace('/v1', ''), fetch: fetcher });
    expect([
      await requestsOf((fetcher) => openai(fetcher).chat.completions.create({ model: MODEL, messages })),
      await requestsOf((fetcher) => openai(fetcher).responses.create({ model: MODEL, input: 'hello' })),
      await requestsOf((fetcher) => anthropic(fetcher).messages.create({ model: MODEL, max_tokens: 4096, messages })),
    ]).toEqual([1, 1, 1]);
  });

  it('does not allow a model without a price where the key refuses such models', async () => {
    const ask = async (onUnpriced: string) => {
      const key = await createKey(shared, { limit: 1, on_unpriced: onUnpriced });
      return (await chat(key, { model: '@novita/any-model' })).status;
    };
    expect([await ask('refuse'), await ask('allow')]).toEqual([403, 200]);
    // Of several endpoints only those without a price are left out.
    const { headers } = await createKey(shared, { limit: 1, on_unpriced: 'refuse' });
    const among = { model: '@novita/any-model', models: ['@novita/any-model', MODEL] };
    const answer = await post(`${shared.a}/chat/completions`, hello(among), headers);
    expect([answer.status, answer.headers.get('x-tributary-provider')]).toEqual([200, 'openai']);
  });
});

it('a key that is revoked with hard=true is refused at once by an isolate that has its record', async () => {
  const key = await createKey(shared, { limits: [limit('requests', 'day', 100)] });
  const ask = async () => (await post(`${shared.b}/chat/completions`, hello({ model: MODEL }), key.headers)).status;
  expect(await ask()).toBe(200);
  await fetch(`${shared.a}/keys/${key.hash}?hard=true`, { method: 'DELETE', headers: ADMIN });
  expect(await ask()).toBe(401);
});
