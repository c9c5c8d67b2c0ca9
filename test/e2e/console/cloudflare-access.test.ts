/**
 * The console behind Cloudflare Access in a browser. A proxy adds the token to every request, whoever has made it, as Access does while a person has
 * its cookie; so only what the browser itself states keeps other pages out.
 */
import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, serve, type ServingOperation } from '../../dev/serve.ts';
import { AUDIENCE, claimsAt, createSigner, TEAM, type Signer } from '../../support/access-tokens.ts';
import { bodyOf, listen, type OwnUpstream } from '../../support/http-upstream.ts';
import { ADMIN_KEY, bearer } from '../manage-keys.ts';
import { findChromium, FLAGS } from './chromium.ts';
import { NO_BROWSER } from './visit.ts';

/** A request that has passed the proxy. */
type Passed = { method: string; path: string; site: string; status: number };

let signer: Signer;
let router: ServingOperation;
let browser: Browser;
let page: Page;
/** Address of the router behind the proxy. */
let url: string;
/** Address of another page: on another port of the same host it is the same site, under the name `localhost` another one. */
let other: URL;
const passed: Passed[] = [];
const servers: OwnUpstream[] = [];

async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming;
  const body = await bodyOf(incoming);
  const token = await signer.sign(claimsAt(Date.now()));
  const target = new URL(path, router.url);
  const onward = send(target, { method, headers: { ...headers, host: target.host, 'cf-access-jwt-assertion': token } }, (response) => {
    passed.push({ method, path, site: String(headers['sec-fetch-site']), status: response.statusCode ?? 0 });
    outgoing.writeHead(response.statusCode ?? 0, response.headers);
    response.pipe(outgoing);
  });
  onward.end(body);
}

beforeAll(async () => {
  if (NO_BROWSER) return;
  signer = await createSigner('key-1');
  const [keys, proxy, site] = await Promise.all([
    listen((_, response) => void response.end(JSON.stringify({ keys: [signer.jwk] }))),
    listen(pass),
    listen((_, response) => void response.setHeader('content-type', 'text/html').end('<h1>Another page</h1>')),
  ]);
  servers.push(keys, proxy, site);
  url = proxy.url;
  other = new URL(site.url);
  const variables = { ADMIN_API_KEY: ADMIN_KEY, ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUDIENCE, KEYS_URL: keys.url };
  router = await serve('tributary', await bundle('test/e2e/cloudflare-access-worker.ts'), variables, { objects: OBJECTS, console: true });
  const flags = FLAGS.map((flag) => flag.replace('EXCLUDE 127.0.0.1', 'EXCLUDE 127.0.0.1, EXCLUDE localhost'));
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: flags, timeout: 60_000 });
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await router?.stop();
  await Promise.all(servers.map(({ stop }) => stop()));
});

const names = async (): Promise<string[]> => {
  const { data } = (await (await fetch(`${router.url}/v1/keys`, { headers: bearer(ADMIN_KEY) })).json()) as { data: { name: string }[] };
  return data.map(({ name }) => name);
};

/** What a page can send without the router's consent. */
async function attack(target: string): Promise<void> {
  await page.evaluate(async (address) => {
    const body = '{"name": "forged"}';
    const options = { method: 'POST', mode: 'no-cors', credentials: 'include' } as const;
    await fetch(`${address}/v1/keys`, { ...options, body, headers: { 'content-type': 'text/plain' } }).catch(() => undefined);
    await fetch(`${address}/v1/keys`, { ...options, body: new URLSearchParams({ name: 'forged' }) }).catch(() => undefined);
    await fetch(`${address}/v1/activity`, { mode: 'no-cors', credentials: 'include' }).catch(() => undefined);
    navigator.sendBeacon(`${address}/v1/keys`, body);
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', enctype: 'text/plain', action: `${address}/v1/keys` });
    const field = document.createElement('input');
    Object.assign(field, { name: '{"name": "forged", "x": "', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  }, target);
  await page.waitForURL(`${target}/v1/keys`);
}

describe.skipIf(NO_BROWSER)('the console behind Cloudflare Access', () => {
  it('is signed in as the operator without a key', async () => {
    await page.goto(`${url}/#/connect`);
    await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor();
    await page.getByRole('link', { name: 'Keys' }).first().waitFor();
    const status = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/v1/keys', { method: 'POST', headers, body: '{"name": "own"}' })).status;
    });
    expect(status).toBe(201);
    expect(
      passed.filter(({ path }) => path.startsWith('/v1/')).every(({ site, status: code }) => site === 'same-origin' && code < 400),
    ).toBe(true);
  });

  it.each([
    ['another site', 'localhost', 'cross-site'],
    ['another port of its host', '127.0.0.1', 'same-site'],
  ])('gives nothing to a page of %s', async (_, host, site) => {
    other.hostname = host;
    await page.goto(other.href);
    passed.length = 0;
    await attack(url);
    await expect.poll(() => passed.filter(({ path }) => path.startsWith('/v1/')).length).toBe(5);
    expect(passed.filter(({ path }) => path.startsWith('/v1/')).map((one) => [one.site, one.status])).toEqual(
      Array.from({ length: 5 }, () => [site, 401]),
    );
    expect(await names()).toEqual(['own']);
  });

  it('gives nothing to the address bar', async () => {
    passed.length = 0;
    await page.goto('about:blank');
    await page.goto(`${url}/v1/keys`);
    expect(passed.find(({ path }) => path === '/v1/keys')).toMatchObject({ site: 'none', status: 401 });
  });
});
