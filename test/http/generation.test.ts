/** `GET /generation` and `GET /key`: what is known of answers and of the caller after the fact. */
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import type { Env } from '../../src/platform/env.ts';
import type { Fetch } from '../../src/lib/fetch.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createGenerations } from '../../src/state/generations.ts';
import { memoizePerTenant } from '../../src/state/tenants.ts';
import { QUIET } from '../support/fake-ports.ts';
import { schemasOf } from '../support/published-schemas.ts';
import { createRouter, errorOf, json, type Router } from './router.ts';

const KEYS = ['sk-first-caller-key-0001', 'sk-other-caller-key-0002'] as const;
const body = { model: '@openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, prompt_tokens_details: { cached_tokens: 10 } };

const whole: Fetch = () =>
  Promise.resolve(
    Response.json({
      id: 'up-1',
      model: 'gpt-4o',
      choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant', content: 'Hello' } }],
      usage: USAGE,
    }),
  );

const chunk = (fields: JsonObject) => `data: ${JSON.stringify({ id: 'up-1', model: 'gpt-4o', ...fields })}\n\n`;
const stream =
  (...frames: string[]): Fetch =>
  () =>
    Promise.resolve(new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } }));
const HELLO = chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }] });
const ENDING = `${chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${chunk({ choices: [], usage: USAGE })}data: [DONE]\n\n`;

function routerWith(fetch: Fetch, env: Env = {}): Router {
  const memoryOf = memoizePerTenant(() => ({ ...QUIET, generations: createGenerations({ nowMs: () => 1_700_000_000_000 }) }));
  return createRouter({ OPENAI_API_KEY: 'provider-key', ...env }, fetch, {
    memoryOf,
    authenticate: createAuthenticate({ keys: KEYS }),
  });
}

const as = (key: string) => ({ 'x-api-key': key });

/** Sends a request and reads its answer to the end; returns its generation id. */
async function ask(router: Router, more: JsonObject = {}): Promise<string> {
  const response = await router.call('POST', '/v1/chat/completions', { ...body, ...more }, as(KEYS[0]));
  await response.text();
  return response.headers.get('x-generation-id') ?? '';
}

async function generation(router: Router, id: string): Promise<JsonObject> {
  const { data } = await json(await router.call('GET', `/v1/generation?id=${id}`, undefined, as(KEYS[0])));
  return data as JsonObject;
}

describe('GET /generation', () => {
  it('returns tokens, cost and ends of an answer that was not streamed', async () => {
    const router = routerWith(whole);
    const id = await ask(router);
    expect(await generation(router, id)).toMatchObject({
      id,
      request_id: id,
      model: 'openai/gpt-4o',
      provider_name: 'OpenAI',
      streamed: false,
      cancelled: false,
      finish_reason: 'length',
      native_finish_reason: 'length',
      tokens_prompt: 1000,
      tokens_completion: 100,
      native_tokens_cached: 10,
      native_tokens_reasoning: null,
      total_cost: expect.closeTo(990 * 2.5e-6 + 10 * 1.25e-6 + 100 * 1e-5, 9) as number,
      latency: 0,
      generation_time: null,
      api_type: 'completions',
      created_at: '2023-11-14T22:13:20.000Z',
      provider_responses: [{ provider_name: 'OpenAI', status: 200 }],
    });
  });

  it('returns the same of a stream, by any form of its id', async () => {
    const router = routerWith(stream(HELLO, ENDING));
    const id = await ask(router, { stream: true });
    for (const form of [id, id.replace('gen-', 'msg_'), id.replace('gen-', 'resp_')]) {
      expect(await generation(router, form)).toMatchObject({
        id,
        streamed: true,
        finish_reason: 'stop',
        tokens_prompt: 1000,
        latency: 0,
        generation_time: 0,
      });
    }
  });

  it('returns the error of a stream that broke off, with what is estimated marked', async () => {
    const router = routerWith(stream(HELLO));
    const id = await ask(router, { stream: true });
    expect(await generation(router, id)).toMatchObject({
      finish_reason: 'error',
      estimated: expect.arrayContaining(['completion_tokens']) as string[],
    });
  });

  it('returns an answer that failed, without numbers', async () => {
    const router = routerWith(() => Promise.resolve(Response.json({ error: { message: 'no capacity' } }, { status: 503 })));
    const id = await ask(router);
    expect(await generation(router, id)).toMatchObject({
      finish_reason: 'error',
      total_cost: 0,
      tokens_prompt: null,
      provider_responses: [{ status: 503 }],
    });
  });

  it('marks an answer whose client disconnected', async () => {
    const router = routerWith(() => {
      const open = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode(HELLO)) });
      return Promise.resolve(new Response(open, { headers: { 'content-type': 'text/event-stream' } }));
    });
    const response = await router.call('POST', '/v1/chat/completions', { ...body, stream: true }, as(KEYS[0]));
    await response.body?.cancel();
    expect(await generation(router, response.headers.get('x-generation-id') ?? '')).toMatchObject({ cancelled: true, finish_reason: null });
  });

  it('returns embeddings', async () => {
    const router = routerWith(() =>
      Promise.resolve(Response.json({ data: [{ index: 0, embedding: [1, 2] }], model: 'e', usage: { prompt_tokens: 5, total_tokens: 5 } })),
    );
    const response = await router.call('POST', '/v1/embeddings', { model: '@openai/text-embedding-3-small', input: 'Hi' }, as(KEYS[0]));
    await response.text();
    expect(await generation(router, response.headers.get('x-generation-id') ?? '')).toMatchObject({
      api_type: 'embeddings',
      finish_reason: null,
      tokens_prompt: 5,
    });
  });

  it('has the attempts on a time line, and what was changed without texts', async () => {
    const firstFails: Fetch = (url, init) =>
      new URL(url).hostname === 'api.openai.com'
        ? Promise.resolve(Response.json({ error: { message: 'my secret words' } }, { status: 503 }))
        : whole(url, init);
    const router = routerWith(firstFails, { OPENROUTER_API_KEY: 'other-key', MAX_ATTEMPTS: '3' });
    const secret = 'my secret words';
    const id = await ask(router, {
      model: 'openai/gpt-4o',
      provider: { order: ['openai', 'openrouter'] },
      user: secret,
      'private 4111': 4111,
      stop: [secret],
      top_a: 0.25,
      temperature: 1.5,
      messages: [{ role: 'user', content: secret, name: secret }],
    });
    const found = await generation(router, id);
    expect(found).toMatchObject({
      provider: 'openrouter',
      operation: 'chat',
      format: 'openai-chat',
      model_asked: 'openai/gpt-4o',
      status: 200,
      error: null,
      cache: null,
      tags: {},
      duration_ms: 0,
      attempt_count: 2,
      attempts: [
        {
          provider: 'openai',
          provider_name: 'OpenAI',
          model: 'gpt-4o',
          status: 503,
          error_type: 'provider_overloaded',
          started_ms: 0,
          first_content_ms: null,
          duration_ms: 0,
          calls: 1,
          cancelled: false,
        },
        { provider: 'openrouter', status: 200, error_type: null, started_ms: 0, duration_ms: 0, calls: 1 },
      ],
      adjustment_count: 3,
      adjustments: [
        { param: '*', action: 'dropped', from: null, to: null },
        { param: 'top_a', action: 'dropped', from: 0.25, to: null },
        { param: 'messages.name', action: 'renamed', from: null, to: null },
      ],
    });
    expect(JSON.stringify(found)).not.toMatch(/secret|4111/);
  });

  it('belongs to the key that made it, and an unknown id is a 404 that says what is kept', async () => {
    const router = routerWith(whole);
    const id = await ask(router);
    const response = await router.call('GET', `/v1/generation?id=${id}`, undefined, as(KEYS[1]));
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      type: 'not_found',
      param: 'id',
      message: expect.stringContaining('Only the last answers') as string,
    });
    const missing = await router.call('GET', '/v1/generation', undefined, as(KEYS[0]));
    expect([missing.status, (await errorOf(missing))['param']]).toEqual([400, 'id']);
  });
});

describe('GET /key', () => {
  const keyOf = async (router: Router, key: string) =>
    (await json(await router.call('GET', '/v1/key', undefined, as(key))))['data'] as JsonObject;

  it('masks the key, has no limits, and states what this isolate has counted since when', async () => {
    const router = routerWith(whole);
    await ask(router);
    const usage: unknown = expect.closeTo(0.0034875, 9);
    expect(await keyOf(router, KEYS[0])).toMatchObject({
      label: 'sk-fir...0001',
      limit: null,
      limit_remaining: null,
      usage,
      usage_daily: usage,
      usage_monthly: usage,
      usage_since: '2023-11-14T22:13:20.000Z',
      usage_unpriced: 0,
      rate_limit: { requests: -1 },
    });
    expect(await keyOf(router, KEYS[1])).toMatchObject({ label: 'sk-oth...0002', usage: 0 });
  });

  it('shows nothing of a short key', async () => {
    const router = createRouter();
    const text = JSON.stringify(await json(await router.call('GET', '/v1/key')));
    expect(text).toContain('"label":"***"');
    expect(text).not.toContain('caller');
  });
});

const published = schemasOf('openrouter');

describe.skipIf(published === null)("OpenRouter's published description accepts", () => {
  const responseAt = (path: string) => `/paths/${path.replace('/', '~1')}/get/responses/200/content/application~1json/schema`;
  const findings = async (router: Router, path: string, query = '') =>
    published?.(responseAt(path))(await json(await router.call('GET', `/v1${path}${query}`, undefined, as(KEYS[0]))));

  it.each([false, true])('a generation (stream: %s), and the key', async (isStream) => {
    const router = routerWith(isStream ? stream(HELLO, ENDING) : whole);
    const id = await ask(router, { stream: isStream });
    // OpenRouter lists the names of its own providers.
    const found = (await findings(router, '/generation', `?id=${id}`))?.filter(({ place }) => !place.endsWith('/provider_name'));
    expect([found, await findings(router, '/key')]).toEqual([[], []]);
  });
});
