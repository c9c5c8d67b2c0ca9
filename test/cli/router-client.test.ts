/** A router that does not answer as one, and which key is sent where. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseConnection, runCli } from './run-cli.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'router-client-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Lists keys at an address, and returns the key that was sent as well. */
async function listKeys(url: string, environment: Record<string, string> = {}, answer = () => Response.json({ data: [] })) {
  const sent: (string | null)[] = [];
  const send = (request: Request) => {
    sent.push(request.headers.get('authorization'));
    return Promise.resolve(answer());
  };
  return { ...(await runCli(['keys', 'list', '--url', url], { environment, root, send })), sent };
}

const LOCAL = 'http://localhost:8787';
const REMOTE = 'https://router.example';

describe('the admin key', () => {
  it('is taken from the environment before the file, and the file before the one of npm run dev', async () => {
    mkdirSync(join(root, '.wrangler'));
    writeFileSync(join(root, '.wrangler/dev-admin-key'), 'made\n');
    expect((await listKeys(LOCAL)).sent).toEqual(['Bearer made']);
    writeFileSync(join(root, '.dev.vars'), 'ADMIN_API_KEY="of-file, second"\n');
    expect((await listKeys(LOCAL)).sent).toEqual(['Bearer of-file']);
    expect((await listKeys(LOCAL, { ADMIN_API_KEY: 'own' })).sent).toEqual(['Bearer own']);
  });

  it('of a file of this project is sent to this machine only', async () => {
    mkdirSync(join(root, '.wrangler'));
    writeFileSync(join(root, '.wrangler/dev-admin-key'), 'made\n');
    writeFileSync(join(root, '.dev.vars'), 'ADMIN_API_KEY=of-file\n');
    for (const url of [REMOTE, 'https://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
      const { code, sent, stderr } = await listKeys(url);
      expect({ url, code, sent }).toEqual({ url, code: 4, sent: [] });
      expect(stderr).toMatch(/^Error: There is no admin key for .*\nSet ADMIN_API_KEY in the environment/);
    }
    expect((await listKeys(REMOTE, { ADMIN_API_KEY: 'own' })).sent).toEqual(['Bearer own']);
  });

  it('is said to be sent without encryption', async () => {
    const { stderr } = await listKeys('http://router.example', { ADMIN_API_KEY: 'own' });
    expect(stderr).toMatch(/^Note: the key is sent to http:\/\/router\.example without encryption\.\n/);
  });
});

describe('an address', () => {
  it.each([`${REMOTE}/`, `${REMOTE}/v1`, `${REMOTE}/v1/`])('may be written as %s', async (url) => {
    const urls: string[] = [];
    const send = (request: Request) => {
      urls.push(request.url);
      return Promise.resolve(Response.json({ data: [] }));
    };
    expect((await runCli(['keys', 'list', '--url', url], { environment: { ADMIN_API_KEY: 'own' }, root, send })).code).toBe(0);
    expect(urls).toEqual([`${REMOTE}/v1/keys?offset=0&limit=100&include_disabled=false`]);
  });

  it.each(['router', 'ftp://router.example', 'https://user:secret@router.example', 'https://router.example/?key=secret'])(
    'is refused as %s, with what is expected',
    async (url) => {
      const { code, stderr, sent } = await listKeys(url, { ADMIN_API_KEY: 'own' });
      expect({ code, sent }).toEqual({ code: 2, sent: [] });
      expect(stderr).toContain('expected an address such as http://localhost:8787');
      expect(stderr).not.toContain('secret');
    },
  );
});

describe('an answer', () => {
  const answered = (answer: () => Response) => listKeys(REMOTE, { ADMIN_API_KEY: 'own' }, answer);

  it.each([
    [401, 4],
    [403, 4],
    [404, 1],
    [502, 3],
    [503, 3],
  ])('of HTTP %d exits with %d', async (status, code) => {
    const ended = await answered(() => Response.json({ error: { message: 'The reason.' } }, { status }));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`HTTP ${status}: The reason.`);
  });

  it('that is no JSON object is no answer of a router, and cannot write to the terminal', async () => {
    const ended = await answered(() => new Response('<html>\u001b[2J'));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(String.raw`https://router.example answered with something that is no JSON object: "<html>\\u001b[2J"`);
  });

  it('that breaks off is not taken for a whole one', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"data": []}'));
        controller.error(new Error('reset'));
      },
    });
    expect(await answered(() => new Response(body))).toMatchObject({ code: 3, stderr: expect.stringContaining('broke off (reset)') });
  });

  it('that redirects is not followed with the key', async () => {
    const ended = await answered(() => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }));
    expect(ended.code).toBe(1);
    expect(ended.sent).toHaveLength(1);
  });

  it('that does not come states how to start a router', async () => {
    const { code, stderr } = await runCli(['keys', 'list'], { environment: { ADMIN_API_KEY: 'own' }, root, send: refuseConnection });
    expect(code).toBe(3);
    expect(stderr).toBe(
      'Error: No router answers at http://localhost:8787 (ECONNREFUSED).\nStart it with npx tributary dev, or name another router with --url or TRIBUTARY_URL.\n',
    );
  });
});
