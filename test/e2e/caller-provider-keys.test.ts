/** Keys of providers that callers bring, and limits of the operator's keys, over real HTTP. */
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, completionOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post } from './harness.ts';

const ROUTER_KEY = 'router-key-0123456789';
const TOKEN = 'sk-ant-oat01-subscription-0123456789';
const OWN = 'callers-own-key-5512';
const OPERATOR = 'operators-key-7391';

let upstream: OwnUpstream;
let router: ServingOperation;
let calls: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];

const MESSAGE = {
  id: 'msg_up',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [{ type: 'text', text: 'fine' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 2, output_tokens: 3 },
};
beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    calls.push({ path, headers: request.headers, body });
    if (request.headers.authorization === 'Bearer refused-key')
      return void response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Incorrect API key provided"}}');
    if (body.includes('"stream":true') && !path.endsWith('/messages'))
      return void response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(path.endsWith('/messages') ? JSON.stringify(MESSAGE) : JSON.stringify(completionOf('fine')));
  });
  router = await serveRouter({
    ROUTER_API_KEYS: ROUTER_KEY,
    NOVITA_API_KEY: OPERATOR,
    GROQ_API_KEY: 'groq-a,groq-b',
    GROQ_API_KEY_LIMITS: '[{"requests_per_minute": 2}, {"weight": 2, "requests_per_minute": 3}]',
    DEEPINFRA_API_KEY: 'deep-a',
    DEEPINFRA_API_KEY_LIMITS: '[{"tokens_per_minute": 1000}]',
    TOGETHER_API_KEY: 'a,b',
    TOGETHER_API_KEY_LIMITS: '[{}]',
    ...Object.fromEntries(
      ['NOVITA', 'GROQ', 'DEEPINFRA', 'TOGETHER', 'ANTHROPIC', 'HYPERBOLIC'].map((name) => [`${name}_BASE_URL`, upstream.url]),
    ),
  });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});
beforeEach(() => void (calls = []));

const chat = (body: object, headers: Record<string, string> = {}) =>
  post(`${router.url}/v1/chat/completions`, hello({ ...body }), { authorization: `Bearer ${ROUTER_KEY}`, ...headers });
const own = (keys: unknown) => ({ 'x-provider-api-keys': typeof keys === 'string' ? keys : JSON.stringify(keys) });

describe('X-Provider-API-Keys', () => {
  it.each([false, true])("uses the caller's key in place of the operator's, for this request only (stream: %s)", async (stream) => {
    const answer = await chat({ stream }, own({ Novita: OWN }));
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(OWN);
    await (await chat({})).text();
    expect(calls.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${OWN}`, `Bearer ${OPERATOR}`]);
    expect(JSON.stringify(calls.map(({ headers }) => Object.keys(headers)))).not.toContain('x-provider-api-keys');
  });

  it('is sent to a provider that the operator has no key for', async () => {
    const answer = await chat({ model: '@hyperbolic/any-model' }, own({ hyperbolic: OWN }));
    expect(answer.status).toBe(200);
    expect(calls[0]?.headers.authorization).toBe(`Bearer ${OWN}`);
  });

  it("tells the caller that its key was refused, and leaves the operator's use of the endpoint alone", async () => {
    for (let time = 0; time < 6; time++) {
      const error = await errorOf(await chat({ model: '@novita/other-model' }, own({ novita: 'refused-key' })));
      expect(error).toMatchObject({ code: 401, type: 'authentication' });
      expect(error.message).not.toMatch(/router's key|refused-key/);
    }
    expect((await chat({ model: '@novita/other-model' })).status).toBe(200);
  });

  it.each([
    ['no JSON', 'expected a JSON object'],
    ['["a"]', 'expected a JSON object'],
    ['{"novita": 5}', '"novita"'],
    ['{"novita": ""}', '"novita"'],
    ['{"nowhere": "secret-of-mine"}', '"nowhere"'],
    ['{"__proto__": "x"}', '"__proto__"'],
  ])('refuses %s and names the header', async (value, words) => {
    const error = await errorOf(await chat({}, own(value)));
    expect(error).toMatchObject({ code: 400, param: 'x-provider-api-keys' });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret-of-mine');
    expect(calls).toEqual([]);
  });

  it('is masked in /explain', async () => {
    const answer = await post(`${router.url}/v1/explain`, hello(), { authorization: `Bearer ${ROUTER_KEY}`, ...own({ novita: OWN }) });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('***');
    expect(text).not.toContain(OWN);
    expect(text).not.toContain(OPERATOR);
  });
});

describe('x-tributary-key', () => {
  const messages = (headers: Record<string, string>, body: object = {}) =>
    post(
      `${router.url}/v1/messages?beta=true`,
      { model: 'claude-opus-5', max_tokens: 10, messages: [{ role: 'user', content: 'hello' }], ...body },
      headers,
    );
  const CLAUDE_CODE = {
    'user-agent': 'claude-cli/2.1.332 (external, cli)',
    'anthropic-beta': 'oauth-2025-04-20,context-1m-2025-08-07',
    'anthropic-version': '2023-06-01',
    'x-app': 'cli',
    'x-stainless-lang': 'js',
    'anthropic-dangerous-direct-browser-access': 'true',
  };

  it("passes a subscription's token to its provider whole, with the client's headers and without the router's key", async () => {
    const answer = await messages({
      ...CLAUDE_CODE,
      authorization: `Bearer ${TOKEN}`,
      'x-tributary-key': ROUTER_KEY,
      cookie: 'a=b',
      'x-forwarded-for': '10.0.0.1',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: 'msg_up', content: MESSAGE.content });
    expect(calls[0]?.headers).toMatchObject({ ...CLAUDE_CODE, authorization: `Bearer ${TOKEN}` });
    const sent = JSON.stringify(calls[0]);
    expect(sent).not.toContain(ROUTER_KEY);
    for (const name of ['x-api-key', 'cookie', 'x-forwarded-for', 'x-tributary-key']) expect(calls[0]?.headers).not.toHaveProperty(name);
  });

  it('decides who calls, whatever the other headers have', async () => {
    const refused = await messages({ authorization: `Bearer ${TOKEN}`, 'x-tributary-key': 'no-such-key' });
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain(TOKEN);
    expect((await messages({ authorization: `Bearer ${TOKEN}` })).status).toBe(401); // the token is no key of the router
    expect(calls).toEqual([]);
  });

  it('a token that no provider takes is sent nowhere', async () => {
    const answer = await messages({ authorization: 'Bearer some-other-token', 'x-tributary-key': ROUTER_KEY });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toMatch(/sk-ant-oat/);
    expect(calls).toEqual([]);
  });

  it("is not sent to a provider of another format: the operator's key is", async () => {
    const answer = await messages({ authorization: `Bearer ${TOKEN}`, 'x-tributary-key': ROUTER_KEY }, { model: '@novita/any-model' });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(calls)).not.toContain(TOKEN);
    expect(calls[0]?.headers.authorization).toBe(`Bearer ${OPERATOR}`);
  });
});

describe('limits of provider keys', () => {
  it('are kept by each key; when all are reached the answer is a 429 that says when to come back, and no call is made', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => chat({ model: '@groq/any-model' })));
    const used = calls.map(({ headers }) => headers.authorization).toSorted();
    expect(used).toEqual(['Bearer groq-a', 'Bearer groq-a', 'Bearer groq-b', 'Bearer groq-b', 'Bearer groq-b']);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429]);
    const seconds = Number(refused[0]?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(65);
    for (const answer of answers) await answer.text();
  });

  it('count the tokens that calls took', async () => {
    for (let call = 0; call < 3; call++) expect((await chat({ model: '@deepinfra/any-model', max_tokens: 600 })).status).toBe(200);
    const error = await errorOf(await chat({ model: '@deepinfra/any-model', max_tokens: 2000 }));
    expect(error).toMatchObject({ code: 413 });
    expect(error.message).toContain('DEEPINFRA_API_KEY_LIMITS');
    expect(calls).toHaveLength(3);
  });

  it('that do not fit the keys leave the provider out, and say why', async () => {
    const error = await errorOf(await chat({ model: '@together/any-model' }));
    expect(error.message).toContain('TOGETHER_API_KEY_LIMITS to one entry for each of the 2 keys');
  });
});
