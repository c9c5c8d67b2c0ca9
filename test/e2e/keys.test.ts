/** Keys and addresses: who may call the router, what it calls, and that no key ever comes back out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { leaksIn, spellingsOf } from '../support/spellings.ts';
import { errorOf, hello, post } from './harness.ts';
import { expectBroken, expectWhole, readStream } from '../support/read-stream.ts';

const KEYS = ['nv-Key+One/7391==', 'nv-key-two-5512', 'nv-key-three-8830'];
const ECHOES = ['error', 'html', 'error-in-200', 'in-stream', 'header', 'content'] as const;

let bare: ServingOperation;
let anonymous: ServingOperation;
let closed: ServingOperation;
let keyed: ServingOperation;
let host: OwnUpstream;
/** What the own upstream was called with. */
let authorizations: (string | undefined)[] = [];
let receivedHeaders: string[] = [];

beforeAll(async () => {
  host = await listen((incoming, response) => {
    const authorization = incoming.headers.authorization;
    authorizations.push(authorization);
    receivedHeaders = Object.keys(incoming.headers);
    void bodyOf(incoming).then((body) => {
      const key = authorization?.replace('Bearer ', '') ?? '';
      const said = `Invalid key ${key} (${encodeURIComponent(key)}, ${Buffer.from(key).toString('base64')}), you sent Bearer ${key}`;
      const error = { error: { message: said, type: key, code: key, param: key } };
      const { model } = JSON.parse(body) as { model: (typeof ECHOES)[number] | 'fine' };
      switch (model) {
        case 'error':
          return response.writeHead(401, { 'content-type': 'application/json', 'x-your-key': key }).end(JSON.stringify(error));
        case 'html':
          return response.writeHead(502, { 'content-type': 'text/html' }).end(`<html><h1>${said}</h1></html>`);
        case 'error-in-200':
          return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(error));
        case 'in-stream':
          return response.writeHead(200, STREAM_HEADERS).end(`${contentFrame('so far')}data: ${JSON.stringify(error)}\n\n`);
        case 'header':
          return response
            .writeHead(200, { ...STREAM_HEADERS, 'x-your-key': key, 'set-cookie': `key=${key}` })
            .end(contentFrame('fine') + ENDING);
        case 'content': {
          const spellings = Object.values(spellingsOf(key)).map((spelling) => contentFrame(` ${spelling} `));
          const pieces = [...key].map((character) => contentFrame(character));
          return response.writeHead(200, STREAM_HEADERS).end([...spellings, ...pieces].join('') + ENDING);
        }
        case 'fine':
          return response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
      }
    });
  });
  bare = await serveRouter({});
  anonymous = await serveRouter({ ALLOW_ANONYMOUS: 'true' });
  closed = await serveRouter({ ROUTER_API_KEYS: 'first-caller, second-caller, the fourth caller', NOVITA_BASE_URL: host.url });
  keyed = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    NOVITA_BASE_URL: `${host.url}/`,
    NOVITA_API_KEY: ` ${KEYS.join(' , ')},`,
    GROQ_BASE_URL: host.url,
  });
});
afterAll(async () => {
  for (const served of [bare, anonymous, closed, keyed]) await served.stop();
  await host.stop();
});

const PATHS = ['chat/completions', 'completions', 'explain', 'models', 'providers', 'nothing-here', ''];
const BASES = ['/v1', '/api/v1'];

describe('a router without a configuration', () => {
  it.each(BASES.flatMap((base) => PATHS.flatMap((path) => ['GET', 'POST'].map((method) => ({ method, path: `${base}/${path}` })))))(
    '$method $path is refused with the variable to set',
    async ({ method, path }) => {
      const response = await fetch(bare.url + path, { method, ...(method === 'POST' ? { body: JSON.stringify(hello()) } : {}) });
      expect(response.status).toBe(401);
      const { message, type } = await errorOf(response);
      expect(type).toBe('authentication');
      expect(message).toContain('ROUTER_API_KEYS');
      expect(message).toContain('ALLOW_ANONYMOUS=true');
    },
  );

  it.each(['/health', '/v1/health', '/api/v1/health'])('GET %s answers', async (path) => {
    const response = await fetch(bare.url + path);
    expect(await response.json()).toEqual({ status: 'ok', catalog: expect.objectContaining({ source: 'bundled' }) });
  });

  it('refuses any key', async () => {
    const response = await post(`${bare.url}/v1/chat/completions`, hello(), { authorization: 'Bearer anything' });
    expect(response.status).toBe(401);
  });

  it.each([
    { model: '@novita/m', names: 'NOVITA_API_KEY' },
    { model: '@completions-compatible/m', names: 'COMPLETIONS_COMPATIBLE_BASE_URL' },
    { model: '@octoai/m', names: 'OCTOAI_BASE_URL' },
    { model: 'openai/gpt-4o', names: 'OPENAI_API_KEY' },
  ])('$model is an error that names the missing $names', async ({ model, names }) => {
    for (const stream of [true, false]) {
      const response = await post(`${anonymous.url}/v1/chat/completions`, hello({ model, stream }));
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect((await errorOf(response)).message).toContain(names);
    }
  });
});

describe('a router with ROUTER_API_KEYS', () => {
  const ask = (headers: Record<string, string>) =>
    post(`${closed.url}/v1/chat/completions`, hello({ model: '@novita/fine', stream: true }), headers);

  it.each([
    { authorization: 'Bearer first-caller' },
    { authorization: 'Bearer second-caller' },
    { authorization: 'bearer second-caller' },
    { 'x-api-key': 'first-caller' },
    { 'x-api-key': 'second-caller' },
    { authorization: 'Bearer the fourth caller' },
    { 'x-api-key': 'the fourth caller' },
  ])('accepts %o', async (headers) => {
    const response = await ask(headers);
    expect(response.status).toBe(200);
    expectWhole(readStream(await response.text()));
  });

  it.each([
    {},
    { authorization: 'Bearer third-caller' },
    { authorization: 'Bearer first-caller2' },
    { authorization: 'Bearer first-calle' },
    { authorization: 'Bearer ' },
    { authorization: 'first-caller' },
    { authorization: 'Basic first-caller' },
    { authorization: 'Bearer first-caller, second-caller' },
    { 'x-api-key': 'First-caller' },
    { 'x-api-key': '' },
    { authorization: 'Bearer the fourth' },
    { 'x-api-key': 'the fourth' },
  ] as Record<string, string>[])('refuses %o', async (headers) => {
    const response = await ask(headers);
    expect(response.status).toBe(401);
    const text = await response.text();
    expect(text).not.toContain('first-caller');
    expect(text).not.toContain('second-caller');
  });

  it("sends neither the caller's key nor its other headers upstream", async () => {
    authorizations = [];
    const response = await ask({ authorization: 'Bearer first-caller', 'accept-encoding': 'zstd', 'x-custom': 'secret', cookie: 'a=b' });
    await response.text();
    expect(authorizations).toEqual([undefined]);
    for (const name of ['x-custom', 'cookie', 'x-api-key', 'x-simulator-fault']) expect(receivedHeaders).not.toContain(name);
  });
});

describe('keys of an upstream', () => {
  const ask = (model: string, stream: boolean) => post(`${keyed.url}/v1/chat/completions`, hello({ model: `@novita/${model}`, stream }));

  it('a comma-separated list is used in turn', async () => {
    authorizations = [];
    for (let call = 0; call < 6; call++) await (await ask('fine', true)).text();
    expect(authorizations).toHaveLength(6);
    expect(authorizations.slice(3)).toEqual(authorizations.slice(0, 3));
    expect(authorizations.slice(0, 3).sort()).toEqual(KEYS.map((key) => `Bearer ${key}`).sort());
  });

  it('a base URL without a key is called without one', async () => {
    authorizations = [];
    const response = await post(`${keyed.url}/v1/chat/completions`, hello({ model: '@groq/fine', stream: true }));
    expectWhole(readStream(await response.text()));
    expect(authorizations).toEqual([undefined]);
  });

  it('sends no x-tributary-simulated for a real upstream', async () => {
    const response = await ask('fine', true);
    expect(response.headers.has('x-tributary-simulated')).toBe(false);
    expect(expectWhole(readStream(await response.text())).provider).toBe('Novita AI');
  });

  it.each(ECHOES.flatMap((model) => [true, false].map((stream) => ({ model, stream }))))(
    'an upstream that echoes its key ($model, stream: $stream): the response contains none of it',
    async ({ model, stream }) => {
      for (let turn = 0; turn < KEYS.length; turn++) {
        const response = await ask(model, stream);
        const all = [...response.headers].flat().join('\n') + (await response.text());
        expect(all).toContain('Novita AI');
        for (const key of KEYS) {
          expect(all).not.toContain(key);
          expect(all).not.toContain(encodeURIComponent(key));
          expect(all).not.toContain(Buffer.from(key).toString('base64'));
          expect(leaksIn(all, key)).toEqual([]);
        }
      }
    },
  );

  it.each([true, false])('a key that arrives letter by letter in an answer is masked (stream: %s)', async (stream) => {
    const response = await ask('content', stream);
    expect(response.headers.get('cache-control')).toBe(stream ? 'no-cache' : 'no-store');
    const text = stream ? readStream(await response.text()).text : await response.text();
    for (const key of KEYS) expect(text).not.toContain(key.slice(0, 8));
    expect(text).toContain('***');
  });

  it('the text around a masked key stays readable', async () => {
    const { error } = expectBroken(readStream(await (await ask('in-stream', true)).text()));
    expect(error.message).toContain('Invalid key ***');
  });

  it('/explain and /providers show no key', async () => {
    const explained = await (await post(`${keyed.url}/v1/explain`, hello({ model: '@novita/fine' }))).text();
    expect(explained).toContain('Bearer ***');
    const providers = await (await fetch(`${keyed.url}/v1/providers`)).text();
    for (const key of KEYS) expect(explained + providers).not.toContain(key);
  });
});
