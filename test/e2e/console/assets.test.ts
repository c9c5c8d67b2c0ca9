/** What the router serves of the console, without a browser: the page, its policy, its weight, and the API beside it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, ROOT } from '../../dev/serve.ts';
import { errorOf, hello, post, startHarness, type Harness } from '../harness.ts';

const PUBLIC = join(ROOT, 'src/console/public');
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/** Most bytes of the whole console. */
const MAX_BYTES = 150 * 1024;

/** Paths of all files, as a browser requests them. */
const paths = readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' })
  .filter((name) => statSync(join(PUBLIC, name)).isFile() && name !== '_headers')
  .map((name) => `/${name.replaceAll('\\', '/')}`.replace(/^\/index\.html$/, '/'));
/** Provider files are read one at a time, through the API. */
const own = paths.filter((path) => !path.startsWith('/console/files/'));
const textOf = (path: string) => readFileSync(join(PUBLIC, path === '/' ? 'index.html' : path), 'utf8');

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({}, 0, { console: true });
});
afterAll(() => harness.stop());

describe('the files of the console', () => {
  it('are four: a page, a script, a style sheet and an icon, of at most 150 KiB together', () => {
    expect(own.toSorted()).toEqual(['/', '/console/icon.svg', '/console/main.generated.js', '/console/style.generated.css']);
    const total = own.reduce((sum, path) => sum + Buffer.byteLength(textOf(path)), 0);
    expect(total).toBeLessThanOrEqual(MAX_BYTES);
    expect(total).toBeGreaterThan(20_000);
  });

  it('have no inline script, style or handler, and name nothing of another origin', () => {
    const page = textOf('/');
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect([...page.matchAll(/<script\b([^>]*)>([^<]*)/g)].map(([, attributes, text]) => [attributes?.trim(), text])).toEqual([
      ['type="module" src="/console/main.generated.js"', ''],
    ]);
    expect(
      [...page.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, target]) => target).filter((target) => target?.startsWith('/') === false),
    ).toEqual([]);
    expect(textOf('/console/style.generated.css')).not.toMatch(/url\(|@import/);
  });

  it('are served with a strict policy, an ETag and their own type', async () => {
    const types = {
      '/': /^text\/html/,
      svg: /^image\/svg\+xml/,
      js: /^text\/javascript/,
      css: /^text\/css/,
    };
    for (const path of own) {
      const response = await fetch(`${harness.url}${path}`);
      expect(response.status).toBe(200);
      const headers = Object.fromEntries(response.headers);
      expect({ path, ...headers }).toMatchObject({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        etag: expect.stringMatching(/^(W\/)?"/),
        'content-type': expect.stringMatching(types[(path === '/' ? path : path.split('.').at(-1)) as keyof typeof types]),
      });
      expect(await response.text()).toBe(textOf(path));
      const again = await fetch(`${harness.url}${path}`, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
    }
  });

  it('answer HEAD, as Claude Code asks before its first request', async () => {
    for (const path of own) {
      const response = await fetch(`${harness.url}${path}`, { method: 'HEAD' });
      expect([path, response.status, await response.text()]).toEqual([path, 200, '']);
    }
  });

  it('are no part of the Worker', async () => {
    const worker = await bundle('src/worker.ts');
    const texts = ['Skip to the page', 'preact', 'sessionStorage', '<!doctype html>'];
    expect(texts.filter((text) => worker.includes(text))).toEqual([]);
  });

  it('do not include provider files: those need a key that may use the provider', async () => {
    const file = readFileSync(join(ROOT, 'providers/novita.jsonc'), 'utf8');
    expect(paths).toContain('/console/files/novita.jsonc');
    expect((await fetch(`${harness.url}/console/files/novita.jsonc`)).status).toBe(404);
    const read = await fetch(`${harness.url}/v1/providers/novita/source`);
    expect(read.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await read.text()).toBe(file);
    for (const slug of ['none', '..%2f..%2findex', '__proto__']) {
      const response = await fetch(`${harness.url}/v1/providers/${slug}/source`);
      expect([slug, response.status]).toEqual([slug, 404]);
      await response.text();
    }
    const closed = await startHarness({ ROUTER_API_KEYS: 'sk-some-key', ALLOW_ANONYMOUS: 'false' }, 0, { console: true });
    try {
      expect((await fetch(`${closed.url}/v1/providers/novita/source`)).status).toBe(401);
      expect((await fetch(`${closed.url}/console/files/novita.jsonc`)).status).toBe(404);
    } finally {
      await closed.stop();
    }
  });

  it('a path below /console/ without a file is a 404', async () => {
    for (const path of ['/console/none.js', '/console/', '/console/files/none.jsonc', '/console/..%2f..%2fpackage.json']) {
      const response = await fetch(`${harness.url}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      await response.text();
    }
  });
});

describe('the API beside the console', () => {
  it('has no path that is a file', async () => {
    const { paths: described } = (await (await fetch(`${harness.url}/v1/openapi.json`)).json()) as { paths: Record<string, unknown> };
    const served = Object.keys(described).flatMap((path) => [path, path.replace(/^(\/api)?\/v1/, '')]);
    expect(served.length).toBeGreaterThan(50);
    expect(served.filter((path) => paths.includes(path) || path.startsWith('/console'))).toEqual([]);
  });

  it('answers as without the console, with and without a base', async () => {
    const bare = await startHarness();
    try {
      for (const path of ['/v1/models', '/api/v1/models', '/models', '/health', '/v1/connect', '/no-such-path', '/api/hello']) {
        const [here, there] = await Promise.all([fetch(`${harness.url}${path}`), fetch(`${bare.url}${path}`)]);
        const textWith = async (response: Response, origin: string) =>
          (await response.text()).replaceAll(origin, '').replaceAll(/gen-[\w-]+/g, 'gen');
        expect(await textWith(here, harness.url)).toBe(await textWith(there, bare.url));
        expect([path, here.status, here.headers.get('content-type')]).toEqual([path, there.status, there.headers.get('content-type')]);
        expect(here.headers.get('content-security-policy')).toBe(there.headers.get('content-security-policy'));
      }
      const answer = await post(`${harness.url}/v1/chat/completions`, hello());
      expect(answer.status).toBe(200);
      await answer.text();
    } finally {
      await bare.stop();
    }
  });

  it('answers a POST to / with an error of the API, not with a page', async () => {
    const response = await post(`${harness.url}/`, hello());
    expect(response.status).toBe(404);
    expect((await errorOf(response)).message).toMatch(/There is no POST \//);
  });
});
