/** `tributary provider add` and `check` in this process: services of every kind, answers on a terminal, and what is refused. Nothing is written. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DIALECTS } from '../../../src/build.ts';
import { TEMPLATE_NAMES } from '../../../src/dialects/dialect.ts';
import { compile } from '../../../src/registry/compile.ts';
import { runCli } from '../run-cli.ts';

// No file of a provider changes here, and to compile all of them takes longer than all else that a command does.
vi.mock('../../../src/build.ts', async (original) => {
  const actual = await original<typeof import('../../../src/build.ts')>();
  let compiled: ReturnType<typeof actual.compileProviders> | null = null;
  return { ...actual, compileProviders: () => (compiled ??= actual.compileProviders()) };
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let url: string;
let respond: Answer;
const asked: { path: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization });
    response.setHeader('connection', 'close'); // this process is busy for seconds, in which a kept connection would expire
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => void (asked.length = 0));

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const KEY = 'sk-acme-secret-key';
const ENVIRONMENT = { ACME_API_KEY: KEY };
const DOCS = 'https://docs.acme.example/chat';

const given = (...more: string[]) => ['provider', 'add', 'acme', '--dry-run', '--base-url', `${url}/v1`, '--docs', DOCS, ...more];
const compiled = (text: string) => compile([{ path: 'providers/acme.jsonc', text }], DIALECTS, TEMPLATE_NAMES);

describe('tributary provider add', () => {
  it('prints one JSON document with --json', async () => {
    respond = (_, response) => response.end(JSON.stringify({ data: [{ id: 'gpt-oss-120b' }] }));
    const { code, stdout } = await runCli(given('--json', '--dialect', 'openai-chat,openai-embeddings'));
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { text: string; next: { what: string; command: string }[] };
    expect(document).toMatchObject({ provider: 'acme', file: 'providers/acme.jsonc', written: false, models: { written: 1, note: null } });
    expect(document.next[0]).toEqual({ what: 'set the key, a line in .dev.vars', command: 'ACME_API_KEY=...' });
    const { providers, problems } = compiled(document.text);
    expect(problems).toEqual([]);
    expect(Object.keys(providers[0]?.operations ?? {})).toEqual(['chat', 'embeddings']);
  });

  it.each<[string, RegExp, Answer]>([
    ['redirects', /redirects to evil\.example/, (_, response) => response.writeHead(302, { location: 'https://evil.example/' }).end()],
    ['answers HTML', /the body is HTML/, (_, response) => response.end('<html><script>alert(1)</script></html>')],
    ['refuses the key', /refuses the key in ACME_API_KEY \(HTTP 401\)/, (_, response) => response.writeHead(401).end(`wrong key ${KEY}`)],
    ['closes the connection', /the connection was/, (request) => request.socket.destroy()],
    ['answers with a huge body', /more than 8 MiB/, (_, response) => writeForever(response)],
  ])('writes a file without models for a service that %s', async (_, note, answer) => {
    respond = answer;
    const { code, stdout, stderr } = await runCli(given(), { environment: ENVIRONMENT });
    expect({ code, asked }).toEqual({ code: 0, asked: [{ path: '/v1/models', authorization: `Bearer ${KEY}` }] });
    expect(stdout).toMatch(note);
    expect(stdout + stderr).not.toContain(KEY);
    expect(compiled(stdout).problems).toEqual([]);
  });

  it('asks nothing of the service with --no-models', async () => {
    const { code } = await runCli(given('--no-models'));
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
  });

  it('asks on a terminal for what is not given, and again after an answer that cannot be used', async () => {
    respond = (_, response) => response.end('[]');
    const answers = ['../evil', 'acme', '', 'ftp://x', `${url}/v1/`, 'no address', DOCS, 'gemini,openai-chat', '', 'sk-123', ''];
    const { code, stdout, stderr } = await runCli(['provider', 'add', '--dry-run'], { answers });
    expect({ code, left: answers }).toEqual({ code: 0, left: [] });
    expect(stderr).toContain('The slug is "../evil"; expected lower-case letters');
    expect(stderr).toContain('The base URL must be set to an http or https address');
    expect(stderr).toContain('Two wire formats are for chat');
    expect(stderr).toContain('expected its name in upper case');
    expect(stdout).toContain('"name": "Acme"');
    expect(compiled(stdout).providers[0]).toMatchObject({ baseUrl: `${url}/v1`, docs: DOCS, auth: [{ secret: 'ACME_API_KEY' }] });
  });

  it('takes the scheme and headers that are usual for a wire format, and names their source', async () => {
    const { stdout } = await runCli(given('--no-models', '--dialect', 'anthropic'));
    const [provider] = compiled(stdout).providers;
    expect(provider?.auth).toEqual([{ scheme: 'header', header: 'x-api-key', secret: 'ACME_API_KEY', optional: false }]);
    expect(provider?.operations.chat?.[0]?.headers).toEqual({ 'anthropic-version': expect.any(String) });
    expect(stdout).toContain('// As in anthropic.jsonc, which has the same wire format; not compared with the reference.');
  });

  it.each([
    ['none', { scheme: 'none' }],
    ['header:x-key', { scheme: 'header', header: 'x-key' }],
    ['query:key', { scheme: 'query', parameter: 'key' }],
  ])('takes the scheme %s', async (scheme, expected) => {
    const { stdout } = await runCli(given('--no-models', '--auth', scheme));
    expect(compiled(stdout).providers[0]?.auth).toMatchObject([expected]);
  });

  it.each<[string, string, RegExp]>([
    ['fields that are missing', 'acme', /Missing: --base-url, --docs\./],
    ['a slug that cannot be a name of a file', '../evil', /SLUG: the slug is "\.\.\/evil"; expected lower-case letters/],
    ['a slug of an existing file', 'groq', /providers\/groq\.jsonc exists already/],
    ['an unknown wire format', 'acme --dialect openai-chatt', /Did you mean "openai-chat"/],
    ['two formats of one operation', 'acme --dialect openai-chat,gemini', /two wire formats are for chat/],
    ['a password in the address', 'acme --base-url https://u:secret@x.example', /without a user or a password/],
    ['a variable in the address', 'acme --base-url https://{HOST}/v1', /contains braces/],
    ['a key in place of a name', `acme --key-variable ${KEY}`, /expected its name in upper case/],
    ['a variable with another meaning', 'acme --key-variable ADMIN_API_KEY', /has another meaning already/],
    ['a path that is none', 'acme --models-path /m?key=1', /--models-path: .*expected a path such as \/models/],
    [
      'an unknown scheme',
      `acme --base-url https://x.example --docs ${DOCS} --auth magic`,
      /expected bearer, none, header:NAME or query:NAME/,
    ],
  ])('refuses %s', async (_, words, message) => {
    const { code, stdout, stderr } = await runCli(['provider', 'add', ...words.split(' ')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret@');
  });

  it('names the problem of a base URL that ends in the path of the operation', async () => {
    const words = `acme --docs ${DOCS} --base-url https://x.example/v1/chat/completions`.split(' ');
    const { code, stderr } = await runCli(['provider', 'add', ...words]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/providers\/acme\.jsonc:\d+:\d+ baseUrl: /);
  });
});

describe('tributary provider check', () => {
  it('accepts the files of the project', async () => {
    expect(await runCli(['provider', 'check'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^ok \d+ providers: no problem\n$/),
      stderr: '',
    });
  });

  it('suggests the nearest name', async () => {
    const { code, stderr } = await runCli(['provider', 'check', 'grok']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/No provider is called "grok"\. Did you mean "groq"/);
  });
});

/** More than the limit, as fast as it is read. */
function writeForever(response: ServerResponse): void {
  const write = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
    response.once('drain', write);
  };
  write();
}
