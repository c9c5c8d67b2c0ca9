/** The sign-in by Cloudflare Access in workerd, over real HTTP, with real keys and objects. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { AUDIENCE, claimsAt, createSigner, TEAM, type Signer } from '../support/access-tokens.ts';
import { hello } from './harness.ts';
import { ADMIN_KEY } from './manage-keys.ts';

let signer: Signer;
let stranger: Signer;
let certs: Server;
let simulator: ServingOperation;
let router: ServingOperation;
/** Requests for the keys of Access. */
let asked = 0;
let isDown = true;

beforeAll(async () => {
  [signer, stranger] = await Promise.all([createSigner('key-1'), createSigner('key-2')]);
  certs = createServer((_, response) => {
    asked++;
    response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [signer.jwk] }));
  });
  await new Promise<void>((resolve) => void certs.listen(0, '127.0.0.1', resolve));
  const address = certs.address();
  simulator = await serveSimulator(0);
  const variables = {
    SIMULATOR_URL: simulator.url,
    ADMIN_API_KEY: ADMIN_KEY,
    ACCESS_TEAM_DOMAIN: TEAM,
    ACCESS_AUD: AUDIENCE,
    LEDGER_FOR: 'all',
    KEYS_URL: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`,
  };
  router = await serve('tributary', await bundle('test/e2e/cloudflare-access-worker.ts'), variables, { objects: OBJECTS });
});
afterAll(async () => {
  await router?.stop();
  await simulator?.stop();
  certs?.close();
});

/** Headers that Cloudflare and a browser add to a request of the console. */
const ofConsole = async (token: string | Promise<string>, more: Record<string, string> = {}) => ({
  'cf-access-jwt-assertion': await token,
  'sec-fetch-site': 'same-origin',
  ...more,
});

const token = (more = {}) => signer.sign(claimsAt(Date.now(), more));
const get = async (path: string, headers: Record<string, string>) => fetch(`${router.url}/v1${path}`, { headers });
const post = async (path: string, body: string, headers: Record<string, string>) =>
  fetch(`${router.url}/v1${path}`, { method: 'POST', body, headers });

type Json = { data: Record<string, unknown>; key?: string; error?: { message: string } };
const jsonOf = async (response: Response) => (await response.json()) as Json;

describe('a person whom Cloudflare Access lets pass', () => {
  it('gets a 503 while the keys cannot be read, and is let in afterwards', async () => {
    const refused = await get('/key', await ofConsole(token()));
    expect([refused.status, asked]).toEqual([503, 1]);
    isDown = false;
    const response = await get('/key', await ofConsole(token()));
    expect(response.status).toBe(200);
    expect((await jsonOf(response)).data).toMatchObject({ is_management_key: true, label: 'cloudflare-access' });
    expect(asked).toBe(2);
  });

  it('manages keys, calls models and reads activity', async () => {
    const headers = await ofConsole(token(), { 'content-type': 'application/json' });
    const created = await post('/keys', '{"name": "by the console"}', headers);
    expect(created.status).toBe(201);
    const { key = '' } = await jsonOf(created);
    expect((await get('/key', { authorization: `Bearer ${key}` })).status).toBe(200);
    const answer = await post('/chat/completions', JSON.stringify(hello()), headers);
    expect(answer.status).toBe(200);
    const id = answer.headers.get('x-generation-id') ?? '';
    await answer.text();
    expect((await jsonOf(await get(`/generation?id=${id}`, headers))).data).toMatchObject({ id, status: 200 });
    expect((await get('/activity', headers)).status).toBe(200);
    expect((await get('/metrics', headers)).status).not.toBe(403);
    expect(asked).toBe(2);
  });

  it('is refused with another audience, issuer, key or time, and the error has no part of the token', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const tokens = await Promise.all([
      token({ aud: ['other'] }),
      token({ iss: 'https://evil.cloudflareaccess.com' }),
      token({ exp: seconds - 1 }),
      token({ nbf: seconds + 600 }),
      stranger.sign(claimsAt(Date.now())),
      stranger.sign(claimsAt(Date.now()), { kid: 'key-1' }),
    ]);
    for (const one of tokens) {
      const response = await get('/keys', await ofConsole(one));
      const text = await response.text();
      expect([response.status, text]).toEqual([401, expect.stringContaining('Cloudflare Access')]);
      expect(text).not.toContain(one.slice(0, 40));
    }
    const flood = await Promise.all(
      Array.from({ length: 30 }, async (_, number) =>
        get('/keys', await ofConsole(stranger.sign(claimsAt(Date.now()), { kid: `key-${number}` }))),
      ),
    );
    expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([401]));
    expect(asked).toBeLessThanOrEqual(5);
    expect((await get('/key', await ofConsole(token()))).status).toBe(200);
  });

  it('is no operator in a request of another page', async () => {
    const body = '{"name": "forged"}';
    const listed = async () => JSON.stringify((await jsonOf(await get('/keys', await ofConsole(token())))).data);
    const before = await listed();
    for (const site of ['cross-site', 'same-site', 'none', '']) {
      // What a form or a script of another page may send without asking first (https://fetch.spec.whatwg.org/#simple-header).
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json']) {
        const headers = await ofConsole(token(), { 'sec-fetch-site': site, 'content-type': type, origin: 'https://evil.example' });
        expect((await post('/keys', body, headers)).status).toBe(401);
        expect((await post('/chat/completions', JSON.stringify(hello()), headers)).status).toBe(401);
      }
      for (const path of ['/keys', '/activity', '/key'])
        expect((await get(path, await ofConsole(token(), { 'sec-fetch-site': site }))).status).toBe(401);
    }
    expect((await get('/keys', { 'cf-access-jwt-assertion': await token() })).status).toBe(401);
    expect(await listed()).toBe(before);
  });

  it('is the caller of a key that the request has too', async () => {
    const { key = '' } = await jsonOf(
      await post('/keys', '{"name": "plain"}', { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' }),
    );
    const own = await get('/key', await ofConsole(token(), { authorization: `Bearer ${key}` }));
    expect((await jsonOf(own)).data).toMatchObject({ is_management_key: false, name: 'plain' });
    expect((await get('/keys', await ofConsole(token(), { 'x-api-key': key }))).status).toBe(403);
    expect((await get('/keys', await ofConsole(token(), { authorization: 'Bearer wrong' }))).status).toBe(401);
  });
});
