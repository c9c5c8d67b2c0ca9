/** `tributary doctor` and `tributary catalog` in a copy of the project, through pipes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckLine } from '../../src/cli/doctor/check.ts';
import { copyProject, runTributary } from '../support/project-copy.ts';

/** Each test starts processes, which share the machine with other tests. */
const DEADLINE_MS = 180_000;

let folder: string;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = await copyProject();
  execFileSync('git', ['init', '-q'], { cwd: folder });
  server = createServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer sk-good';
    response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
    response.writeHead(isKnown ? 200 : 401).end(JSON.stringify({ data: [{ id: 'a' }, { id: 'b' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const setVariables = (text: string, mode = 0o600) => {
  writeFileSync(join(folder, '.dev.vars'), text);
  chmodSync(join(folder, '.dev.vars'), mode);
};

async function examine(...more: string[]) {
  const { code, stdout, stderr } = await runTributary(folder, ['doctor', '--json', '--port', String(port), ...more]);
  const { checks, ...counts } = JSON.parse(stdout) as { checks: CheckLine[]; problems: number };
  return { code, stdout, stderr, counts, lines: checks.map(({ check, status, message }) => `${status} ${check}: ${message}`) };
}

describe('tributary doctor', { timeout: DEADLINE_MS }, () => {
  it('finds what is wrong with variables, keys, the clock and the port, and shows no key', async () => {
    setVariables(`GROQ_API_KEY=sk-good,sk-bad\nGROQ_BASE_URL=http://127.0.0.1:${port}\nOPENROUTER_KEY=sk-other\n`, 0o644);
    const { code, stdout, stderr, counts, lines } = await examine();
    expect({ code, stderr, problems: counts.problems }).toEqual({ code: 1, stderr: '', problems: 2 });
    const list = `GET http://127.0.0.1:${port}/models`;
    expect(lines).toEqual(
      expect.arrayContaining([
        'warning .dev.vars: other users of this machine may read it (permissions 644)',
        'ok .dev.vars: git ignores it',
        'warning .dev.vars: OPENROUTER_KEY is read by nothing; did you mean OPENROUTER_API_KEY?',
        `ok provider groq: ${list} lists 2 models, with GROQ_API_KEY (key 1 of 2)`,
        `problem provider groq: ${list} refuses the key in GROQ_API_KEY (key 2 of 2) (HTTP 401)`,
        expect.stringMatching(/^problem clock: 36\d\d s ahead of the providers/),
        expect.stringMatching(new RegExp(`^warning port ${port}: taken by .*, process ${process.pid}, so tributary dev cannot use it$`)),
        expect.stringMatching(/^ok wrangler: /),
        expect.stringMatching(/^ok runtime: workerd /),
        'ok generated files: are those of the provider files',
      ]),
    );
    expect(stdout).not.toMatch(/sk-(good|bad|other)/);
  });

  it('has no problem offline, and prints the command below each warning', async () => {
    setVariables('GROQ_API_KEY=sk-good\n', 0o640);
    const { code, stdout } = await runTributary(folder, ['doctor', '--offline', '--port', String(port)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning {2}\.dev\.vars: .*\n {9}chmod 600 \.dev\.vars$/m);
    expect(stdout).toMatch(/^- {8}provider groq: has a key in GROQ_API_KEY; not asked \(--offline\)$/m);
    expect(stdout).toMatch(/\nno problem, \d+ warnings?, \d+ ok, 2 not checked\n$/);
  });

  it('finds a file of keys that git has, and a provider file with a problem', async () => {
    setVariables('GROQ_API_KEY=sk-good\n');
    writeFileSync(join(folder, 'providers/broken.jsonc'), '{ "name": 7 }\n');
    execFileSync('git', ['add', '-f', '.dev.vars'], { cwd: folder });
    const { code, lines } = await examine('--offline');
    rmSync(join(folder, 'providers/broken.jsonc'));
    execFileSync('git', ['rm', '-q', '--cached', '.dev.vars'], { cwd: folder });
    expect(code).toBe(1);
    expect(lines).toContain('problem .dev.vars: is in git, so its keys are in every clone');
    expect(lines).toContainEqual(expect.stringMatching(/^problem provider files: providers\/broken\.jsonc:1:3 name: invalid input/));
  });
});

describe('tributary catalog', { timeout: DEADLINE_MS }, () => {
  beforeAll(() => rmSync(join(folder, '.dev.vars'), { force: true }));

  it('prints what a list changes as one JSON document, and passes the exit code on', async () => {
    writeFileSync(join(folder, 'api.json'), JSON.stringify({ groq: { id: 'groq', models: {} } }));
    const before = readFileSync(join(folder, 'providers/models/groq.json'), 'utf8');
    const { code, stdout, stderr } = await runTributary(folder, ['catalog', 'sync', 'groq', '--file', 'api.json', '--json']);
    expect(code).toBe(1);
    const document = JSON.parse(stdout) as { is_written: boolean; providers: { provider: string; refused: string }[] };
    expect(document).toMatchObject({ is_written: false, providers: [{ provider: 'groq', is_changed: false }] });
    expect(document.providers[0]?.refused).toMatch(/would be retired, which is more than a third/);
    expect(stderr).toContain('groq: nothing is changed.');
    const forced = await runTributary(folder, ['catalog', 'sync', 'groq', '--file', 'api.json', '--force', '--json']);
    expect(forced.code).toBe(0);
    const [groq] = (JSON.parse(forced.stdout) as { providers: { is_changed: boolean; gone: string[] }[] }).providers;
    expect(groq?.is_changed).toBe(true);
    expect(groq?.gone.length).toBeGreaterThan(3);
    expect(readFileSync(join(folder, 'providers/models/groq.json'), 'utf8')).toBe(before);
  });

  it('refuses an unknown provider as JSON', async () => {
    const { code, stdout } = await runTributary(folder, ['catalog', 'sync', 'nobody', '--file', 'api.json', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { kind: 'failed', message: expect.stringMatching(/^No provider is called "nobody"/) },
    });
  });
});
