/** The routes, the checks before them, and errors, over HTTP requests to the app. */
import { describe, expect, it, vi } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import { createRouter, errorOf, json, KEY } from './router.ts';

const BASES = ['/v1', '/api/v1'];
const chat = { model: '@novita/x', messages: [{ role: 'user', content: 'Hi' }] };
const completion = { model: '@tokensmind/x', prompt: 'Hi' };
const READY = { NOVITA_API_KEY: 'novita-key', TOKENSMIND_API_KEY: 'tokensmind-key' };

const GET_ROUTES = ['/models', '/models/openai/gpt-4o/endpoints', '/providers'];
const POST_ROUTES = ['/chat/completions', '/completions', '/explain'];

/** An upstream that answers chat and completions with one word, and keeps what it was sent. */
function upstream(): { fetch: Fetch; calls: { url: string; body: unknown; headers: Headers }[] } {
  const calls: { url: string; body: unknown; headers: Headers }[] = [];
  const fetch: Fetch = (url, init) => {
    calls.push({ url, body: JSON.parse(String(init.body)) as unknown, headers: new Headers(init.headers) });
    const choice = url.endsWith('/chat/completions') ? { message: { role: 'assistant', content: 'Hello' } } : { text: 'Hello' };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    return Promise.resolve(Response.json({ id: 'up', model: 'x', choices: [{ index: 0, finish_reason: 'stop', ...choice }], usage }));
  };
  return { fetch, calls };
}

describe.each(BASES)('below %s', (base) => {
  it('health needs no key', async () => {
    const response = await createRouter().call('GET', `${base}/health`, undefined, {});
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', catalog: expect.objectContaining({ source: 'bundled' }) },
    ]);
  });

  it.each([
    ...GET_ROUTES.map((path) => ['GET', path]),
    ...POST_ROUTES.map((path) => ['POST', path]),
    ['GET', '/nowhere'],
    ['DELETE', '/models'],
  ])('%s %s without a key is a 401', async (method, path) => {
    const response = await createRouter().call(String(method), base + String(path), method === 'POST' ? chat : undefined, {});
    expect(response.status).toBe(401);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await errorOf(response)).toMatchObject({
      code: 401,
      type: 'authentication',
      message: expect.stringContaining('Authorization: Bearer'),
    });
  });

  it.each(GET_ROUTES)('GET %s answers', async (path) => {
    const response = await createRouter().call('GET', base + path);
    expect(response.status).toBe(200);
    expect(await json(response)).toHaveProperty('data');
  });

  it.each([
    ['/chat/completions', chat, 'https://api.novita.ai/openai/v1/chat/completions', 'novita', 'Bearer novita-key'],
    ['/completions', completion, 'https://tokensmind.ai/v1/completions', 'tokensmind', 'Bearer tokensmind-key'],
  ])('POST %s is answered by the provider', async (path, body, url, provider, authorization) => {
    const { fetch, calls } = upstream();
    const response = await createRouter(READY, fetch).call('POST', base + path, body);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tributary-provider')).toBe(provider);
    expect(calls.map((call) => call.url)).toEqual([url]);
    expect(calls[0]?.headers.get('authorization')).toBe(authorization);
    expect(JSON.stringify(await json(response))).toContain('Hello');
  });

  it('the key may come as x-api-key', async () => {
    expect((await createRouter().call('GET', `${base}/models`, undefined, { 'x-api-key': KEY })).status).toBe(200);
  });
});

describe('paths', () => {
  it.each(['/v1/models/', '//v1//models', '/v1///models//', '/api//v1/models'])(
    '%s means the same as without the extra slashes',
    async (path) => {
      expect((await createRouter().call('GET', path)).status).toBe(200);
    },
  );

  it.each(['openai/gpt-4o', 'openai%2Fgpt-4o', 'openai%2fgpt-4o', 'openai//gpt-4o', 'openai/gpt-4o:nitro', 'openai/gpt-4o%3Anitro'])(
    'a model may be written as %s',
    async (model) => {
      const response = await createRouter().call('GET', `/v1/models/${model}/endpoints`);
      expect(response.status).toBe(200);
      expect(await json(response)).toMatchObject({ data: { id: 'openai/gpt-4o' } });
    },
  );

  it.each(['nobody/nothing', 'openai/gpt-4o:free', '@novita/deepseek/any', 'a/b%00', '%E0%A4%A/b', 'nobody/not/listed'])(
    'the endpoints of a model that no file lists, %s, are a 404 that says where names are',
    async (model) => {
      const response = await createRouter().call('GET', `/v1/models/${model}/endpoints`);
      expect(response.status).toBe(404);
      const message = expect.stringMatching(/: no provider file lists this model\..*"@provider\/<model id>".*GET \/v1\/models /s);
      expect(await errorOf(response)).toMatchObject({ type: 'not_found', message });
    },
  );

  it('/health stands at the root as well', async () => {
    expect((await createRouter().call('GET', '/health', undefined, {})).status).toBe(200);
  });

  it.each(['', '/api', '/v1', '/api/v1'])('a probe below the base URL "%s" is answered without a key', async (base) => {
    const probes = base.endsWith('/v1') ? [`${base}/api/hello`] : [`${base}/api/hello`, `${base}/`];
    for (const path of probes) {
      for (const method of ['HEAD', 'GET']) {
        const response = await createRouter().call(method, path, undefined, {});
        expect([path, method, response.status, await response.text()]).toEqual([path, method, 204, '']);
      }
      expect((await createRouter().call('POST', path, {}, {})).status).not.toBe(204);
    }
  });

  it.each([
    ['GET', '/health', undefined],
    ['GET', '/models/openai/gpt-4o', undefined],
    ['GET', '/models/openai/gpt-4o/endpoints', undefined],
    ['POST', '/explain', chat],
    ['POST', '/explain/chat/completions', chat],
    ['POST', '/chat/completions', chat],
    ['POST', '/chat/completions?beta=true', chat],
  ])('%s %s needs no base', async (method, path, body) => {
    const response = await createRouter(READY, upstream().fetch).call(method, path, body);
    expect(response.status).toBe(200);
  });

  it('without a base needs a key all the same, and another method is refused', async () => {
    expect((await createRouter().call('GET', '/models', undefined, {})).status).toBe(401);
    const response = await createRouter().call('GET', '/chat/completions');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each(['/v1/nowhere', '/api/v1/chat', '/v2/models', '/v1', '/chat', '/api/models'])(
    '%s is a 404 that lists what there is',
    async (path) => {
      const response = await createRouter().call('GET', path);
      expect(response.status).toBe(404);
      expect(await errorOf(response)).toMatchObject({
        type: 'not_found',
        message: expect.stringMatching(/POST \/v1\/chat\/completions.*GET \/v1\/models.*GET \/v1\/models\/\{author\}\/\{slug\}\/endpoints/),
      });
    },
  );

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/api/v1/completions', 'POST'],
    ['POST', '/v1/models', 'GET'],
    ['DELETE', '/v1/health', 'GET'],
    ['POST', '/v1/models/openai/gpt-4o/endpoints', 'GET'],
    ['PUT', '/api/v1/models/nobody/nothing:free/endpoints', 'GET'],
    ['GET', '/v1/embeddings', 'POST'],
    ['GET', '/v1/explain/chat/completions', 'POST'],
  ])('%s %s is a 405 that names %s', async (method, path, allowed) => {
    const response = await createRouter().call(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await errorOf(response)).toMatchObject({ type: 'method_not_allowed', message: `${path} takes ${allowed}, not ${method}.` });
  });
});

describe('a browser', () => {
  const preflight = {
    origin: 'https://a.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  };

  it.each([...GET_ROUTES, ...POST_ROUTES])('may ask about %s before it has a key', async (path) => {
    const response = await createRouter().call('OPTIONS', `/v1${path}`, undefined, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  it('may send the headers of the clients of OpenAI and Anthropic', async () => {
    const names = 'anthropic-dangerous-direct-browser-access,anthropic-version,openai-organization,x-api-key,x-stainless-lang';
    const headers = { ...preflight, 'access-control-request-headers': names };
    const response = await createRouter().call('OPTIONS', '/v1/models', undefined, headers);
    expect(response.headers.get('access-control-allow-headers')).toBe(names);
  });

  it.each([
    ['an answer', '/v1/models', { authorization: `Bearer ${KEY}` }],
    ['an error', '/v1/models', {}],
    ['a 404', '/nowhere', {}],
  ])('may read %s and its headers', async (_, path, headers) => {
    const response = await createRouter().call('GET', path, undefined, { origin: 'https://a.example', ...headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toMatch(/x-generation-id.*x-tributary-adjustments.*retry-after/);
  });
});

describe('a browser', () => {
  it.each([
    ['/v1/messages', 'anthropic-ratelimit-requests-remaining'],
    ['/v1/chat/completions', 'x-ratelimit-remaining-requests'],
  ])("may read the limits of the provider's account in an answer of %s", async (path, name) => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const answer = { choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }], usage };
    const router = createRouter({ NOVITA_API_KEY: 'k' }, () =>
      Promise.resolve(Response.json(answer, { headers: { 'x-ratelimit-remaining-requests': '7' } })),
    );
    const body = { model: '@novita/m', max_tokens: 9, messages: [{ role: 'user', content: 'a' }] };
    const { headers } = await router.call('POST', path, body, { 'x-api-key': KEY });
    expect([headers.get(name), headers.get('access-control-expose-headers')?.split(',').includes(name)]).toEqual(['7', true]);
  });
});

describe('every answer has an id of its own', () => {
  it.each<readonly [string, string, unknown, Record<string, string>]>([
    ['GET', '/v1/health', undefined, {}],
    ['GET', '/v1/models', undefined, { 'x-api-key': KEY }],
    ['GET', '/v1/models', undefined, {}],
    ['GET', '/nowhere', undefined, {}],
    ['PUT', '/v1/models', undefined, { 'x-api-key': KEY }],
    ['OPTIONS', '/v1/models', undefined, { origin: 'https://a.example', 'access-control-request-method': 'GET' }],
    ['POST', '/v1/chat/completions', '{', { 'x-api-key': KEY }],
    ['POST', '/v1/explain', chat, { 'x-api-key': KEY }],
  ])('%s %s', async (method, path, body, headers) => {
    const router = createRouter();
    const ids = [await router.call(method, path, body, headers), await router.call(method, path, body, headers)].map((response) =>
      ['x-generation-id', 'x-request-id'].map((name) => response.headers.get(name)),
    );
    expect(ids).toEqual(['gen-00000000000000000001', 'gen-00000000000000000002'].map((id) => [id, id]));
  });

  it('which is the id in the body', async () => {
    const response = await createRouter(READY, upstream().fetch).call('POST', '/v1/chat/completions', chat);
    expect((await json(response))['id']).toBe(response.headers.get('x-generation-id'));
  });
});

describe('an answer says what was changed', () => {
  it('in its header and in its body', async () => {
    const { fetch, calls } = upstream();
    const response = await createRouter(READY, fetch).call('POST', '/v1/chat/completions', { ...chat, top_k: 1, top_a: 0.5 });
    expect(response.headers.get('x-tributary-adjustments')).toBe('top_k;action=clamped;from=1;to=2, top_a;action=dropped;from=0.5');
    expect((await json(response))['adjustments']).toMatchObject([{ param: 'top_k', to: 2 }, { param: 'top_a' }]);
    expect(calls[0]?.body).toEqual({ ...chat, model: 'x', top_k: 2 });
  });

  it('and nothing where nothing was changed', async () => {
    const response = await createRouter(READY, upstream().fetch).call('POST', '/v1/chat/completions', chat);
    expect(response.headers.has('x-tributary-adjustments')).toBe(false);
    expect(await json(response)).not.toHaveProperty('adjustments');
  });
});

describe('errors', () => {
  const call = (body: unknown, env: Record<string, string> = READY) => createRouter(env).call('POST', '/v1/chat/completions', body);

  it.each<readonly [string, unknown, number, string, string]>([
    ['no JSON', '{', 400, 'invalid_request', 'not valid JSON'],
    ['an empty body', '', 400, 'invalid_request', 'empty'],
    ['no object', [], 400, 'invalid_request', 'must be a JSON object'],
    ['a value out of range', { ...chat, temperature: 3 }, 400, 'invalid_request', 'temperature is 3; expected a number from 0 to 2.'],
    ['no model', { messages: chat.messages }, 400, 'invalid_request', 'model is required'],
    [
      'a provider that does not exist',
      { ...chat, model: '@nobody/x' },
      404,
      'not_found',
      'no provider is named "nobody"; known providers are ai21, alibaba, ',
    ],
    ['a model that no file lists', { ...chat, model: 'nobody/nothing' }, 404, 'not_found', 'no provider file lists this model'],
    ['a pin without a model', { ...chat, model: '@novita' }, 404, 'not_found', 'expected @provider/<model id at that provider>'],
  ])('%s', async (_, body, status, type, message) => {
    const response = await call(body);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ code: status, type, message: expect.stringContaining(message) });
  });

  it.each([
    ['@openai/gpt-4o', 'set OPENAI_API_KEY'],
    ['@completions-compatible/x', 'set COMPLETIONS_COMPATIBLE_BASE_URL,'],
    ['@octoai/x', 'OctoAI closed its public service'],
  ])('a provider that is not set up, %s, names what to set', async (model, message) => {
    expect(await errorOf(await call({ ...chat, model }))).toMatchObject({ message: expect.stringContaining(message) });
  });

  it('a body that is too large is a 413', async () => {
    const response = await call(JSON.stringify({ ...chat, user: 'x'.repeat(100) }), { ...READY, MAX_REQUEST_BYTES: '100' });
    expect([response.status, (await errorOf(response))['type']]).toEqual([413, 'payload_too_large']);
  });

  it.each([
    ['POST', '/v1/chat/completions', { model: 'a' }],
    ['POST', '/v1/explain', chat],
    ['POST', '/v1/embeddings', {}],
    ['GET', '/v1/models', undefined],
    ['GET', '/v1/providers', undefined],
    ['GET', '/health', undefined],
    ['GET', '/nothing', undefined],
    ['PUT', '/v1/models', undefined],
  ])('%s %s is not kept by any cache', async (method, path, body) => {
    const response = await createRouter(READY).call(method, path, body);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('a name that a message repeats cannot end a line or colour a terminal', async () => {
    for (const model of ['@a\nb\u001b[31m/c', 'a\u2028\u202eb', `@none/${'x'.repeat(50_000)}`]) {
      const { message } = await errorOf(await createRouter(READY).call('POST', '/v1/chat/completions', { ...chat, model }));
      expect(String(message)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      expect(String(message).length).toBeLessThan(9000);
    }
  });

  it('a bug of ours is a 500 that shows nothing, and goes to the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken: Fetch = () =>
      Promise.resolve({
        ok: true,
        get headers(): Headers {
          throw new TypeError('the secret is out');
        },
      } as Response);
    const response = await createRouter(READY, broken).call('POST', '/v1/chat/completions', chat);
    expect(response.status).toBe(500);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(await json(response))).not.toContain('the secret is out');
    expect(log).toHaveBeenCalledOnce();
    expect(log.mock.calls[0]).toEqual([expect.stringMatching(/^TypeError: the secret is out\\n {4}at [^\n]+$/)]); // one line
    log.mockRestore();
  });

  it('an upstream that cannot be reached is a 502 that names the provider and not the key', async () => {
    const down: Fetch = () => Promise.reject(new TypeError('connect to novita-key failed'));
    const response = await createRouter(READY, down).call('POST', '/v1/chat/completions', chat);
    const body = JSON.stringify(await json(response));
    expect([response.status, response.headers.get('retry-after')]).toEqual([502, '1']);
    expect(body).toContain('Novita AI could not be reached');
    expect(body).not.toContain('novita-key');
  });
});
