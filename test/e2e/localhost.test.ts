/** A router without caller keys, over real HTTP, as a web page of another host would call it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello } from './harness.ts';
import { ADMIN_KEY, bearer } from './manage-keys.ts';

let upstream: OwnUpstream;
let upstreamCalls = 0;
let open: ServingOperation;
let named: ServingOperation;
let keyed: ServingOperation;

beforeAll(async () => {
  upstream = await listen((_, response) => {
    upstreamCalls++;
    response.writeHead(200, STREAM_HEADERS).end(contentFrame('spent') + ENDING);
  });
  const variables = { ALLOW_ANONYMOUS: 'true', NOVITA_BASE_URL: upstream.url };
  open = await serveRouter(variables);
  named = await serveRouter({ ...variables, ANONYMOUS_HOSTS: 'router.example, *.pages.example' });
  keyed = await serveRouter({ ...variables, ROUTER_API_KEYS: 'caller' });
});
afterAll(async () => {
  for (const served of [open, named, keyed]) await served?.stop();
  await upstream?.stop();
});

type Answer = { status: number; body: string; allowed: string | undefined };

/** Node's fetch cannot set Host and Origin; a browser does. */
function send({ url }: ServingOperation, method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url + path, { method, headers }, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += String(piece)));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, allowed: response.headers['access-control-allow-origin'] });
      });
    });
    call.on('error', reject);
    call.end(method === 'POST' ? JSON.stringify(hello({ model: '@novita/m', stream: true })) : undefined);
  });
}

const chat = (served: ServingOperation, headers: Record<string, string>) => send(served, 'POST', '/v1/chat/completions', headers);

const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example', 'content-type': 'text/plain' },
  { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
  { origin: 'null', 'content-type': 'text/plain' },
  { host: 'evil.example', origin: 'http://evil.example', 'content-type': 'application/json' },
  { host: 'evil.example:8787', 'content-type': 'application/json' },
  { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
];

describe('a router without caller keys', () => {
  it.each(FOREIGN)('refuses %j before a call, names the variable to set, and sends no CORS header', async (headers) => {
    const before = upstreamCalls;
    const answer = await chat(open, headers);
    expect(answer).toMatchObject({ status: 403, allowed: undefined });
    expect(answer.body).toContain('ROUTER_API_KEYS');
    expect(answer.body).toContain('ANONYMOUS_HOSTS');
    for (const path of ['/v1/models', '/api/v1/providers', '/v1/nothing', '/health']) {
      expect(await send(open, 'GET', path, headers)).toMatchObject({ status: 403, allowed: undefined });
    }
    expect(upstreamCalls).toBe(before);
  });

  it('refuses a preflight of another origin', async () => {
    const headers = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    expect(await send(open, 'OPTIONS', '/v1/chat/completions', { ...headers, origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      allowed: undefined,
    });
    expect(await send(open, 'OPTIONS', '/v1/chat/completions', { ...headers, origin: 'http://localhost:3000' })).toMatchObject({
      status: 204,
      allowed: '*',
    });
  });

  it.each<Record<string, string>>([
    {},
    { origin: 'http://localhost:3000' },
    { host: '[::1]:8787', origin: 'http://[::1]:3000' },
    { host: 'localhost' },
  ])('answers %j', async (headers) => {
    expect(await chat(open, headers)).toMatchObject({ status: 200, allowed: '*', body: expect.stringContaining('spent') });
  });

  it('answers the hosts that the operator lists', async () => {
    expect(await chat(named, { host: 'router.example', origin: 'https://app.pages.example' })).toMatchObject({ status: 200, allowed: '*' });
    expect(await chat(named, { host: 'router.example', origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  });
});

describe("the operator's paths of a router without caller keys", () => {
  const PATHS = [
    ['GET', '/v1/keys'],
    ['POST', '/v1/keys'],
    ['PATCH', `/api/v1/keys/${'a'.repeat(64)}`],
    ['DELETE', `/keys/${'a'.repeat(64)}?hard=true`],
    ['GET', '//v1//metrics/'],
    ['GET', '/v1%2fkeys'],
  ] as const;

  it('are closed to another origin, also with the admin key', async () => {
    const router = await serveRouter({ ALLOW_ANONYMOUS: 'true', ADMIN_API_KEY: ADMIN_KEY }, { objects: OBJECTS });
    for (const [method, path] of PATHS) {
      for (const headers of FOREIGN) {
        const answer = await send(router, method, path, { ...headers, ...bearer(ADMIN_KEY) });
        expect([path, answer.status, answer.allowed]).toEqual([path, 403, undefined]);
        expect(answer.body).toContain('ANONYMOUS_HOSTS');
      }
    }
    expect(await send(router, 'GET', '/v1/keys', bearer(ADMIN_KEY))).toMatchObject({ status: 200 });
    await router.stop();
  });

  it.each([{}, { ADMIN_API_KEY: '' }, { ADMIN_API_KEY: ' , ,' }])('have no operator where %j is set', async (variables) => {
    const router = await serveRouter({ ALLOW_ANONYMOUS: 'true', ...variables }, { objects: OBJECTS });
    for (const [method, path] of PATHS) {
      for (const headers of [
        {},
        { authorization: 'Bearer ' },
        { authorization: 'Bearer ,' },
        { 'x-api-key': 'undefined' },
        { 'x-tributary-key': 'null' },
      ]) {
        const answer = await send(router, method, path, headers);
        expect([path, answer.status]).toEqual([path, 403]);
        expect(answer.body).toContain('ADMIN_API_KEY');
      }
    }
    await router.stop();
  });
});

it('a router with caller keys answers any origin that sends one', async () => {
  const headers = { host: 'router.example', origin: 'https://app.example', authorization: 'Bearer caller', 'sec-fetch-site': 'cross-site' };
  expect(await chat(keyed, headers)).toMatchObject({ status: 200, allowed: '*' });
  expect(await chat(keyed, { ...headers, authorization: 'Bearer nobody' })).toMatchObject({ status: 401, allowed: '*' });
});
