/** `POST /explain`: the truth about a request, without sending it. */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { leaksIn, spellingsOf } from '../support/spellings.ts';
import { createRouter, errorOf, json } from './router.ts';

const LLAMA = 'meta-llama/llama-3.3-70b-instruct';
const messages = [{ role: 'user', content: 'Hi' }];
const explain = async (body: unknown, env: Record<string, string> = {}): Promise<JsonObject> =>
  json(await createRouter(env).call('POST', '/v1/explain', body));

describe('explain', () => {
  it('shows the exact request, every adjustment, and what the router does itself', async () => {
    const body = { model: '@novita/x', messages, top_k: 1, stop: ['a', 'b', 'c', 'd', 'e'], stream: true };
    expect(await explain(body, { NOVITA_API_KEY: 'novita-key' })).toEqual({
      operation: 'chat',
      stream: true,
      plan: {
        strategy: 'fallback',
        calls: [
          {
            provider: 'novita',
            provider_name: 'Novita AI',
            model: 'x',
            requested: '@novita/x',
            reason: 'the only endpoint that can serve this model',
            operation: 'chat',
            dialect: 'openai-chat',
            simulated: false,
            ready: true,
            estimate: { prompt_tokens: expect.any(Number) as number, max_completion_tokens: null, usd: null, estimated: ['prompt_tokens'] },
          },
        ],
        others: [],
        rejected: [],
      },
      requests: [
        {
          provider: 'novita',
          model: 'x',
          method: 'POST',
          url: 'https://api.novita.ai/openai/v1/chat/completions',
          headers: expect.objectContaining({ authorization: 'Bearer ***', accept: 'text/event-stream' }),
          body: { model: 'x', messages, top_k: 2, stop: ['a', 'b', 'c', 'd'], stream: true, stream_options: { include_usage: true } },
          fields: [
            { param: 'top_k', path: '/top_k', action: 'clamped' },
            { param: 'stop', path: '/stop', action: 'emulated' },
          ],
          choices: [0],
        },
      ],
      adjustments: [
        expect.objectContaining({ param: 'top_k', action: 'clamped' }),
        expect.objectContaining({ param: 'stop', action: 'emulated' }),
      ],
      emulation: { stop: ['e'], echo: false, best_of: null, hide_reasoning: false },
    });
  });

  it('masks a key wherever it stands: in the body, in the address, in any spelling', async () => {
    const key = 'nv-Key/7391-abcdef';
    const content = Object.values(spellingsOf(key)).join(' ');
    const body = { model: `@novita/${key}`, messages: [{ role: 'user', content }], stop: [key] };
    const env = { NOVITA_API_KEY: key, NOVITA_BASE_URL: `https://gateway.example/${encodeURIComponent(key)}/v1` };
    const { requests } = await explain(body, env);
    expect(leaksIn(JSON.stringify(requests), key)).toEqual([]);
    expect(requests).toMatchObject([{ url: 'https://gateway.example/***/v1/chat/completions', body: { model: '***', stop: ['***'] } }]);
  });

  it('shows every call of a request that takes several, and which choices it makes', async () => {
    const { requests, emulation } = await explain({ model: '@llama-cpp/x', prompt: ['a', 'b'], n: 2, seed: 7 });
    const calls = (requests as JsonObject[]).map(({ body, choices }) => [
      (body as JsonObject)['prompt'],
      (body as JsonObject)['seed'],
      choices,
    ]);
    expect(calls).toEqual([
      ['a', 7, [0]],
      ['a', 8, [1]],
      ['b', 9, [2]],
      ['b', 10, [3]],
    ]);
    expect(emulation).toMatchObject({ best_of: null });
  });

  it('shows that candidates are ranked by the router', async () => {
    const { requests, emulation } = await explain({ model: '@novita/x', prompt: 'a', n: 2, best_of: 3 });
    expect(requests).toMatchObject([{ body: { n: 3, logprobs: true }, choices: [0, 1, 2] }]);
    expect(emulation).toMatchObject({ best_of: { candidates: 3, keep: 2 } });
  });

  it('shows what would be sent, to the letter', async () => {
    const bodies: unknown[] = [];
    const fetch: Fetch = (_, init) => {
      bodies.push(JSON.parse(String(init.body)));
      return Promise.resolve(Response.json({ choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }] }));
    };
    const env = { NOVITA_API_KEY: 'novita-key' };
    const body = { model: '@novita/x', messages, temperature: 0, seed: 7, tools: [] };
    await createRouter(env, fetch).call('POST', '/v1/chat/completions', body);
    const [request] = (await explain(body, env))['requests'] as JsonObject[];
    expect(bodies).toEqual([request?.['body']]);
  });

  it.each([{ NOVITA_API_KEY: 'novita-key, second-key' }, { NOVITA_API_KEY: 'second-key', NOVITA_BASE_URL: 'http://localhost:1' }])(
    'never shows a key: %j',
    async (env) => {
      const router = createRouter(env);
      for (let time = 0; time < 3; time++) {
        const text = await (await router.call('POST', '/v1/explain', { model: '@novita/x', messages })).text();
        expect(text).toContain('***');
        expect(text).not.toMatch(/novita-key|second-key/);
      }
    },
  );

  it('works for a provider that is not set up, and says what is missing', async () => {
    const answer = await explain({ model: '@completions-compatible/x', messages, echo: true });
    expect(answer).toMatchObject({
      plan: {
        calls: [{ provider: 'completions-compatible', ready: false, missing: ['COMPLETIONS_COMPATIBLE_BASE_URL'] }],
      },
      requests: [{ url: '(no base URL set)/completions', body: { prompt: 'User: Hi\n\nAssistant:' } }],
    });
  });

  it('reads a prompt as a completion, and tells of an emulated echo', async () => {
    expect(await explain({ model: '@novita/x', prompt: 'Hi', echo: true })).toMatchObject({
      operation: 'completions',
      plan: { calls: [{ operation: 'chat' }] },
      requests: [{ body: { messages } }],
      emulation: { echo: true },
    });
  });

  it('says of every other candidate why it is not the one', async () => {
    const answer = await explain({
      model: LLAMA,
      messages,
      provider: { order: ['novita'], ignore: ['groq'], require_parameters: true },
      repetition_penalty: 1.1,
    });
    const { plan } = answer;
    if (!isObject(plan)) throw new Error('expected a plan');
    const [first, ...rest] = plan['calls'] as JsonObject[];
    expect(first).toMatchObject({ provider: 'novita', reason: 'number 1 of provider.order' });
    expect(rest.length).toBeGreaterThan(2);
    for (const call of rest) expect(call).toMatchObject({ reason: expect.stringMatching(/./), adjustments: expect.any(Array) });
    expect(plan['rejected']).toContainEqual({ requested: LLAMA, provider: 'groq', reason: 'it is in provider.ignore' });
    const others = (plan['others'] as JsonObject[]).map(({ reason }) => reason);
    expect(new Set(others)).toEqual(new Set(['comes after the planned ones']));
    const named = [...(plan['calls'] as JsonObject[]), ...(plan['others'] as JsonObject[]), ...(plan['rejected'] as JsonObject[])];
    expect(new Set(named.map(({ provider }) => provider)).size).toBe(named.length);
  });

  it('is of the endpoints that are set up, as the request itself would find them', async () => {
    const { plan } = await explain({ model: LLAMA, messages }, { DEEPINFRA_API_KEY: 'k', GROQ_API_KEY: 'k' });
    if (!isObject(plan)) throw new Error('expected a plan');
    expect((plan['calls'] as JsonObject[]).map(({ provider, ready }) => [provider, ready]).sort()).toEqual([
      ['deepinfra', true],
      ['groq', true],
    ]);
    expect(plan['rejected']).toContainEqual(
      expect.objectContaining({ provider: 'novita', reason: expect.stringContaining('set NOVITA_API_KEY') }),
    );
  });

  it('shows the chances of a draw, which add up', async () => {
    const { plan } = await explain({ model: LLAMA, messages });
    if (!isObject(plan)) throw new Error('expected a plan');
    const draw = plan['draw'] as { usd_per_million_tokens: number | null; weight: number; chance: number }[];
    const priced = draw.filter(({ usd_per_million_tokens: usd }) => usd !== null);
    expect(priced.length).toBeGreaterThan(1);
    expect(priced.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1);
    for (const { usd_per_million_tokens: usd, weight } of priced) expect(weight).toBeCloseTo(1 / Number(usd) ** 2);
  });

  it.each<readonly [unknown, number, string]>([
    [{ model: '@novita/x' }, 400, 'Neither messages nor prompt nor input is in the body'],
    ['{', 400, 'not valid JSON'],
    [{ model: '@novita/x', messages, temperature: 3 }, 400, 'temperature is 3'],
    [{ model: '@nobody/x', messages }, 404, 'no provider is named "nobody"'],
    [{ model: '@novita/x', messages, top_a: 0.1, provider: { allow_adjustments: false } }, 400, 'top_a would be dropped'],
  ])('fails as the request itself would: %j', async (body, status, message) => {
    const response = await createRouter().call('POST', '/v1/explain', body);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe('explain with the path of a format', () => {
  const env = { NOVITA_API_KEY: 'novita-key', OPENAI_API_KEY: 'openai-key' };
  const call = (path: string, body: unknown) => createRouter(env).call('POST', path, body);

  it.each(['/v1', '/api/v1'])('reads the body in that format, below %s', async (base) => {
    const chat = { model: '@novita/x', messages };
    expect(await json(await call(`${base}/explain/chat/completions`, chat))).toEqual(await explain(chat, env));
    const embeddings = await json(await call(`${base}/explain/embeddings`, { model: '@openai/text-embedding-3-small', input: 'a' }));
    expect(embeddings).toMatchObject({ operation: 'embeddings', requests: [{ body: { input: 'a' } }] });
  });

  it('does not guess: a body of another format lacks what this one requires', async () => {
    const response = await call('/v1/explain/completions', { model: '@novita/x', messages });
    expect([response.status, (await errorOf(response))['param']]).toEqual([400, 'prompt']);
  });

  it.each(['/v1/explain/nothing', '/v1/explain/chat', '/v1/explain/explain/chat/completions'])('%s is a 404', async (path) => {
    const response = await call(path, { model: '@novita/x', messages });
    expect([response.status, (await errorOf(response))['type']]).toEqual([404, 'not_found']);
  });
});

describe("a request in the provider's own format", () => {
  it.each([
    ['/v1/explain/messages', '@anthropic/claude-sonnet-4-5', { max_tokens: 9, messages: [{ role: 'user', content: 'a' }] }],
    ['/v1/explain/responses', '@openai/gpt-5.5', { input: 'a', store: false }],
  ])('reports fields of the router that have no effect there: %s', async (path, model, body) => {
    const unused = { plugins: [{ id: 'web' }], transforms: ['odd'], debug: { echo_upstream_body: true }, preset: 'p', trace: { a: 'b' } };
    const response = await createRouter().call('POST', path, { model, ...body, ...unused });
    const { adjustments } = (await response.json()) as { adjustments: { param: string; action: string }[] };
    expect(adjustments.map(({ param, action }) => `${param} ${action}`).sort()).toEqual(
      ['debug.echo_upstream_body', 'plugins', 'preset', 'trace', 'transforms'].map((param) => `${param} dropped`),
    );
  });
});
