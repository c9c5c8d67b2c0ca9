/** What a caller with a key of the router may try: to spend another's money, to keep what it has deleted, to send what cannot be sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, completionOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post, until } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, manage } from './manage-keys.ts';

let upstream: OwnUpstream;
let router: ServingOperation;
beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    const body = await bodyOf(request);
    if (body.includes('"stream":true')) return void response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(completionOf('fine', { prompt_tokens: 2000, completion_tokens: 3000, total_tokens: 5000 })));
  });
  const bases = ['GROQ', 'OPENAI', 'GOOGLE_VERTEX'].map((name) => [`${name}_BASE_URL`, upstream.url]);
  const keys = { ADMIN_API_KEY: ADMIN_KEY, GROQ_API_KEY: 'operators-groq', OPENAI_API_KEY: 'operators-openai' };
  router = await serveRouter({ ...keys, ...Object.fromEntries(bases) }, { objects: OBJECTS, kv: ['CACHE'], d1: ['LEDGER'] });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});

const own = (keys: Readonly<Record<string, string>> | string) => ({
  'x-provider-api-keys': typeof keys === 'string' ? keys : JSON.stringify(keys),
});

describe('a caller with a key of its own for one of two providers', () => {
  const MODELS = ['@groq/llama-3.3-70b-versatile', '@openai/gpt-4o'];
  const usageAfter = async (keys: Readonly<Record<string, string>>, models = MODELS) => {
    const { key, data } = await createKey(router.url, { limit: 10 });
    const body = hello({ model: undefined, models, route: 'all' });
    const answer = await post(`${router.url}/v1/chat/completions`, body, { ...bearer(key), ...own(keys) });
    expect([answer.status, (await answer.text()).includes('"index":1')]).toEqual([200, true]);
    return until('what was spent', async () => {
      const { body: found } = await manage(router.url, `GET /${data.hash}`);
      const {
        usage,
        byok_usage: byok,
        limit_remaining: left,
      } = found['data'] as Record<'usage' | 'byok_usage' | 'limit_remaining', number>;
      return usage + byok > 0 ? { usage, byok, left } : undefined;
    });
  };

  it.each([[{ groq: 'mine' }], [{ openai: 'mine' }]])('is charged for what the operator pays in the same answer (%j)', async (keys) => {
    const { usage, byok, left } = await usageAfter(keys);
    expect(usage).toBeGreaterThan(0);
    expect([byok, left]).toEqual([0, 10 - usage]);
  });

  it('is charged nothing where it pays all of it', async () => {
    const { usage, byok, left } = await usageAfter({ groq: 'mine', openai: 'mine' });
    expect(byok).toBeGreaterThan(0);
    expect([usage, left]).toEqual([0, 10]);
  });
});

describe('X-Provider-API-Keys', () => {
  it.each([
    ['a line break', '@groq/m', { groq: 'secret\r\nx-evil: 1' }],
    ['a character that no header has', '@groq/m', '{"groq": "secret\\u0100"}'],
    ['a NUL', '@groq/m', { groq: 'secret\u0000' }],
    ['no key file where one is needed', '@google-vertex/gemini-2.5-pro', { 'google-vertex': '{"type":"service_account","x":"secret"}' }],
  ])("with %s is the caller's mistake", async (_, model, keys) => {
    const { key } = await createKey(router.url);
    const error = await errorOf(await post(`${router.url}/v1/chat/completions`, hello({ model }), { ...bearer(key), ...own(keys) }));
    expect(error).toMatchObject({ code: 400, type: 'invalid_request', param: 'x-provider-api-keys' });
    expect(error.message).not.toMatch(/router's variable|secret/);
  });
});

describe('DELETE /responses/{id}', () => {
  it.each([{}, { store: true }])('leaves nothing to read of an answer made in the background (%j)', async (fields) => {
    const headers = bearer((await createKey(router.url)).key);
    const made = await post(`${router.url}/v1/responses`, { model: '@groq/m', input: 'private', background: true, ...fields }, headers);
    const { id } = (await made.json()) as { id: string };
    const read = (path: string) => fetch(`${router.url}/v1${path}`, { headers });
    await until('its end', async () => ((await (await read(`/responses/${id}`)).text()).includes('"completed"') ? true : undefined));
    const deleted = await fetch(`${router.url}/v1/responses/${id}`, { method: 'DELETE', headers });
    expect([deleted.status, await deleted.json()]).toMatchObject([200, { id, deleted: true }]);
    const bare = id.replace('resp_', 'gen-');
    for (const path of [`/responses/${id}`, `/responses/${id}?stream=true`, `/streams/${bare}`])
      expect([path, (await read(path)).status]).toEqual([path, 404]);
    expect((await fetch(`${router.url}/v1/responses/${id}`, { method: 'DELETE', headers })).status).toBe(404);
  });
});

describe('a guard or a collector that is hostile', () => {
  it('holds no request longer than its deadline, and takes no memory', async () => {
    let [guarded, mode] = [0, 'endless'];
    const piece = Buffer.alloc(1024 * 1024, ' ');
    const hostile = await listen(async (request, response) => {
      await bodyOf(request);
      if (!request.url?.startsWith('/guard')) return; // a collector that never answers
      guarded++;
      response.writeHead(200, mode === 'large' ? { 'content-length': 100 * piece.length } : {});
      const write = (): void => {
        if (mode === 'silent') response.flushHeaders();
        else if (!response.destroyed) response.write(piece, () => setImmediate(write));
      };
      write();
    });
    const served = await serveRouter({
      ROUTER_API_KEYS: 'caller',
      GROQ_BASE_URL: upstream.url,
      GUARD_URL: `${hostile.url}/guard`,
      GUARD_TIMEOUT_MS: '500',
      OTEL_EXPORTER_OTLP_ENDPOINT: hostile.url,
    });
    for (mode of ['endless', 'large', 'silent']) {
      const answers = await Promise.all(
        [...'12345'].map(() => post(`${served.url}/v1/chat/completions`, hello({ model: '@groq/m' }), bearer('caller'))),
      );
      for (const answer of answers)
        expect([mode, await errorOf(answer)]).toMatchObject([mode, { code: 503, metadata: { reason: 'guard' } }]);
    }
    expect(guarded).toBe(15);
    await served.stop();
    await hostile.stop();
  });
});

describe('hostile queries and headers', () => {
  it('are refused, or find nothing', async () => {
    const { key } = await createKey(router.url, { tags: JSON.parse('{"__proto__": "a", "constructor": "b"}') as object });
    const statusOf = async (path: string) => {
      const response = await fetch(`${router.url}/v1${path}`, { headers: bearer(key) });
      await response.text();
      return response.status;
    };
    for (const [expected, query] of [
      [400, 'from=0001-01-01&to=9999-12-31'],
      [200, 'from=1970-01-01&to=9999-12-31&group_by=hour,session,user'],
      [200, 'date=%2B275760-09-13'],
      [400, 'from=1e400'],
      [400, 'group_by=__proto__'],
      [400, 'format=constructor'],
      [200, 'tag=__proto__:a'],
      [200, `tag=%22'%00:x`],
      [400, 'status=constructor'],
    ] as const)
      for (const path of ['/activity', '/activity/generations']) {
        const wanted = path === '/activity/generations' && query.startsWith('group_by') ? 200 : expected;
        expect([path, query, await statusOf(`${path}?${query}`)]).toEqual([path, query, wanted]);
      }
    for (const id of ['__proto__', 'constructor', '%00', 'x'.repeat(7000), '..%2fkeys']) {
      for (const path of [
        `/streams/${id}`,
        `/responses/${id}`,
        `/responses/${id}/input_items`,
        `/generation?id=${id}`,
        `/activity?key=${id}`,
      ])
        expect([path.slice(0, 40), await statusOf(path)]).toEqual([path.slice(0, 40), 404]);
    }
    for (const [expected, name, value] of [
      [400, 'last-event-id', '-1'],
      [400, 'last-event-id', '9'.repeat(400)],
      [400, 'x-tributary-resume', 'constructor'],
      [200, 'x-openrouter-cache-ttl', '9'.repeat(400)],
      [200, 'x-openrouter-cache-ttl', '-5'],
      [200, 'traceparent', 'x'.repeat(7000)],
      [200, 'tracestate', 'a=b,'.repeat(3000)],
      [200, 'idempotency-key', 'k'.repeat(64_000)],
      [200, 'x-session-id', 's'.repeat(10_000)],
      [400, 'x-provider-api-keys', 'x'.repeat(60_000)],
      [401, 'x-tributary-key', 'y'.repeat(60_000)],
    ] as const) {
      const resume = name === 'last-event-id' || name === 'idempotency-key' ? { 'x-tributary-resume': 'true' } : {};
      const headers = { ...bearer(key), 'x-openrouter-cache': 'true', ...resume, [name]: value };
      const response = await post(`${router.url}/v1/chat/completions`, hello({ model: '@groq/m', stream: true }), headers);
      await response.text();
      expect([name, value.length, response.status]).toEqual([name, value.length, expected]);
    }
  });
});
