/** `tributary provider add` and `check` in a copy of the project, through pipes, with services of every kind at the other end. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/registry/compile.ts';
import { DIALECTS } from '../../src/build.ts';
import { TEMPLATE_NAMES } from '../../src/dialects/dialect.ts';
import { toPrintable } from '../../src/lib/printable.ts';
import { copyProject, runTributary } from '../support/project-copy.ts';

/** Each test starts processes, which share the machine with other tests. */
const DEADLINE_MS = 180_000;

let folder: string;
let server: Server;
let url: string;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
const asked: { path: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  folder = await copyProject();
  server = createServer((request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization });
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  asked.length = 0;
  rmSync(join(folder, 'providers/acme.jsonc'), { force: true });
  rmSync(join(folder, '.dev.vars'), { force: true });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const KEY = 'sk-acme-secret-key';
const FIELDS = ['--name', 'Acme AI', '--docs', 'https://docs.acme.example/chat'];
const given = (...more: string[]) => ['provider', 'add', 'acme', '--base-url', `${url}/v1`, ...FIELDS, ...more];
const add = (more: string[] = [], variables: Record<string, string> = { ACME_API_KEY: KEY }) =>
  runTributary(folder, given(...more), variables);

const readFile = () => readFileSync(join(folder, 'providers/acme.jsonc'), 'utf8');
const list = (models: unknown) => (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: models }));

/** The file passes what `npm run check` does with it: the build step and the formatter. */
function expectChecked(): void {
  const { problems } = compile([{ path: 'providers/acme.jsonc', text: readFile() }], DIALECTS, TEMPLATE_NAMES);
  expect(problems).toEqual([]);
  const node = process.execPath;
  execFileSync(node, [join(folder, 'src/build.ts')], { cwd: folder });
  execFileSync(node, [join(folder, 'node_modules/oxfmt/bin/oxfmt'), '--check', 'providers/acme.jsonc'], { cwd: folder });
}

describe('tributary provider add', { timeout: DEADLINE_MS }, () => {
  it('writes a file with the models of the service that passes the checks at once, and names the next steps', async () => {
    respond = list([{ id: 'gpt-oss-120b', context_length: 131_072 }, { id: 'unheard-of' }]);
    writeFileSync(join(folder, '.dev.vars'), `ACME_API_KEY=${KEY}\n`, { mode: 0o600 });
    const { code, stdout, stderr } = await add([], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Asking ${url}/v1/models for its models ...\n` });
    expect(asked).toEqual([{ path: '/v1/models', authorization: `Bearer ${KEY}` }]);
    expect(stdout).toContain('Written: providers/acme.jsonc\n1 models, from the list of the service.\n');
    expect(stdout).toMatch(/1\. start the router: npx tributary dev\n/);
    expect(stdout).toContain('npx tributary provider probe acme');
    const text = readFile();
    expect(text).toMatch(/"slug": "acme\/gpt-oss-120b"/);
    expect(text).toContain(`// From GET ${url}/v1/models, read `);
    expect(stdout + text).not.toContain(KEY);
    expectChecked();
    const check = await runTributary(folder, ['provider', 'check', 'acme']);
    expect(check).toEqual({ code: 0, stdout: 'ok providers/acme.jsonc: no problem\n', stderr: '' });
  });

  it('never changes a file that exists', async () => {
    respond = list([]);
    writeFileSync(join(folder, 'providers/acme.jsonc'), '// mine');
    const { code, stdout, stderr } = await add();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('providers/acme.jsonc exists already and is not overwritten');
    expect(readFile()).toBe('// mine');
    expect(asked).toEqual([]);
  });

  it('writes hostile ids as text, or leaves them out', async () => {
    const hostile = [
      '__proto__',
      'constructor',
      '<img/src=x/onerror=alert(1)>',
      'a\u001b]0;title\u0007',
      'x'.repeat(5000),
      'a\nb',
      '../../etc',
    ];
    respond = list(hostile.map((id) => ({ id, name: `\u001b[31m${id}`, output_modalities: ['text'], context_length: '9' })));
    const { code, stdout } = await add();
    expect(code).toBe(0);
    expect(stdout.split('\n').every((line) => toPrintable(line, 100_000) === line)).toBe(true);
    expectChecked();
    const { providers } = compile([{ path: 'providers/acme.jsonc', text: readFile() }], DIALECTS, TEMPLATE_NAMES);
    expect(providers[0]?.models.map(({ id }) => id).toSorted()).toEqual(['<img/src=x/onerror=alert(1)>', '__proto__', 'constructor']);
  });
});

describe('tributary provider check', { timeout: DEADLINE_MS }, () => {
  it('names file, line, key and correction, and exits with 1', async () => {
    writeFileSync(join(folder, 'providers/acme.jsonc'), '{\n  "name": "Acme",\n  "dosc": "https://x.example"\n}\n');
    const { code, stdout } = await runTributary(folder, ['provider', 'check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^providers\/acme\.jsonc:3:3 dosc: unknown key; .*Did you mean "docs"\?$/m);
    const other = await runTributary(folder, ['provider', 'check', 'groq', '--json']);
    expect(other.code).toBe(0);
    expect(JSON.parse(other.stdout)).toEqual({ checked: ['groq'], problems: [] });
  });
});
