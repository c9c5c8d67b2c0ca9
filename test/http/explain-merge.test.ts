/** `POST /explain` of a request that takes several upstream calls: each of them is shown, and nothing is sent. */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { createRouter, errorOf, json } from './router.ts';

const LLAMA = 'meta-llama/llama-3.3-70b-instruct';
const messages = [{ role: 'user', content: 'Hi' }];
const KEYS = { NOVITA_API_KEY: 'key-novita', GROQ_API_KEY: 'key-groq', DEEPINFRA_API_KEY: 'key-deepinfra' };

type ExplainBody = { plan: JsonObject; requests: { url: string; body: JsonObject; choices: number[] }[]; adjustments: JsonObject[] };

async function explain(body: JsonObject, env: Record<string, string> = KEYS): Promise<ExplainBody> {
  const answer = await json(await createRouter(env).call('POST', '/v1/explain', { messages, ...body }));
  if (!isObject(answer['plan'])) throw new Error('expected a plan');
  return answer as unknown as ExplainBody;
}

const hosts = ({ requests }: ExplainBody) => requests.map(({ url }) => new URL(url).hostname);
const [NOVITA, GROQ, DEEPINFRA] = ['api.novita.ai', 'api.groq.com', 'api.deepinfra.com'];

/** What a request to the router itself sends. */
async function deed(body: JsonObject): Promise<{ bodies: unknown[]; answer: JsonObject }> {
  const bodies: unknown[] = [];
  const fetch: Fetch = (_, init) => {
    bodies.push(JSON.parse(String(init.body)));
    return Promise.resolve(Response.json({ choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }] }));
  };
  const answer = await json(await createRouter(KEYS, fetch).call('POST', '/v1/chat/completions', { messages, ...body }));
  return { bodies, answer };
}

describe('a request with several choices', () => {
  it('on a provider that makes one at a time is one request each, with the choice it makes and its own seed', async () => {
    const { requests, adjustments } = await explain({ model: '@groq/x', n: 3, seed: 7 });
    expect(requests.map(({ choices, body }) => [choices, body['seed'], body['n']])).toEqual([
      [[0], 7, undefined],
      [[1], 8, undefined],
      [[2], 9, undefined],
    ]);
    expect(adjustments).toEqual([
      expect.objectContaining({ param: 'n', action: 'emulated', from: 3, to: 1, reason: expect.stringContaining('3 calls') }),
      expect.objectContaining({ param: 'seed', action: 'emulated' }),
    ]);
  });

  it('on a provider that makes several is as few requests as it takes', async () => {
    const { requests } = await explain({ model: '@novita/x', n: 128 });
    expect(requests.map(({ choices, body }) => [choices.length, choices[0], choices.at(-1), body['n']])).toEqual([
      [127, 0, 126, 127],
      [1, 127, 127, undefined],
    ]);
  });

  it('shows what would be sent, to the letter and in order', async () => {
    const body = { model: '@groq/x', n: 3, seed: 7 };
    expect((await explain(body)).requests.map((request) => request.body)).toEqual((await deed(body)).bodies);
  });

  it('beyond the limit of calls fails as the request itself would', async () => {
    const response = await createRouter({ ...KEYS, MAX_UPSTREAM_CALLS: '2' }).call('POST', '/v1/explain', {
      model: '@groq/x',
      messages,
      n: 3,
    });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ param: 'n', message: expect.stringContaining('takes 3 calls to Groq') });
  });
});

describe('several models at once', () => {
  const body = { models: ['@novita/a', '@groq/b', '@deepinfra/c'], route: 'all', n: 2 };

  it('are all in the plan, in order, with the calls of each', async () => {
    const explained = await explain(body);
    expect(explained.plan).toMatchObject({
      strategy: 'all',
      calls: [
        { provider: 'novita', model: 'a', ready: true },
        { provider: 'groq', model: 'b', ready: true },
        { provider: 'deepinfra', model: 'c', ready: true },
      ],
    });
    expect(explained.plan).not.toHaveProperty('hedge_after_ms');
    expect(hosts(explained)).toEqual([NOVITA, GROQ, GROQ, DEEPINFRA, DEEPINFRA]);
    expect(explained.requests.map(({ choices }) => choices)).toEqual([[0, 1], [0], [1], [0], [1]]);
  });

  it('are reported as they are answered: the same requests and the same adjustments, which say for whom', async () => {
    const { requests, adjustments } = await explain(body);
    const { bodies, answer } = await deed(body);
    expect(requests.map((request) => request.body)).toEqual(bodies);
    expect(adjustments).toEqual(answer['adjustments']);
    expect(adjustments.map(({ param, reason }) => `${String(param)} ${String(reason).split(':')[0]}`)).toEqual([
      'n @groq/b',
      'n @deepinfra/c',
    ]);
  });

  it('of which one is unknown are a 404 that names it', async () => {
    const response = await createRouter(KEYS).call('POST', '/v1/explain', { ...body, models: ['@novita/a', 'nobody/nothing'], messages });
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({ message: expect.stringContaining('nobody/nothing') });
  });

  it('are not there where one model is asked', async () => {
    expect((await explain({ model: '@novita/a', route: 'all' })).plan).toMatchObject({ strategy: 'fallback', calls: [{ model: 'a' }] });
  });
});

describe('a hedge', () => {
  const body = (preferences = {}) => ({ model: LLAMA, provider: { order: ['novita', 'groq'], hedge_after_ms: 250, ...preferences } });

  it('is in the plan with its time, and its request follows that of the first', async () => {
    const explained = await explain(body());
    expect(explained.plan).toMatchObject({
      strategy: 'hedge',
      hedge_after_ms: 250,
      calls: [
        { provider: 'novita', ready: true },
        { provider: 'groq', ready: true },
        { provider: 'deepinfra', ready: true },
      ],
    });
    expect(hosts(explained)).toEqual([NOVITA, GROQ]);
  });

  it.each([
    ['provider.allow_fallbacks is false', { allow_fallbacks: false }],
    ['there is one endpoint', { only: ['novita'] }],
  ])('is not there where %s', async (_, preferences) => {
    const explained = await explain(body(preferences));
    expect(explained.plan).toMatchObject({ strategy: 'fallback' });
    expect(explained.plan).not.toHaveProperty('hedge_after_ms');
    expect(hosts(explained)).toEqual([NOVITA]);
  });

  it('shows no key of either', async () => {
    const text = JSON.stringify(await explain(body()));
    expect(text.match(/Bearer \*\*\*/g)).toHaveLength(2);
    expect(text).not.toMatch(/key-novita|key-groq/);
  });
});
