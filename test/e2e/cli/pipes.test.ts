/** `tributary` as a process, through pipes: forms of the output, exit codes, signals, ports. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/root.ts';
import { freePort } from '../command.ts';
import { until } from '../harness.ts';
import { call, start, TRIBUTARY } from './tributary.ts';

const REQUEST = JSON.stringify({ model: '@novita/any-model', temperature: 0, top_k: 500, messages: [{ role: 'user', content: 'hi' }] });
const DEADLINE_MS = 120_000;

let folder: string;
let taken: Server;
let takenPort: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-cli-'));
  takenPort = await freePort();
  taken = createServer().listen(takenPort, '127.0.0.1');
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('explain without a router', () => {
  it('shows what would be sent, with the variables of the environment, and prints nothing of keys', async () => {
    const environment = { NOVITA_API_KEY: 'sk-novita-secret-0123456789', MODEL_ALIASES: '{"fast": "@novita/any-model"}' };
    const { code, stdout, stderr } = await call(['explain', '-', '--model', 'fast'], { input: REQUEST, environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^novita +any-model +ready/m);
    expect(stdout).toMatch(/clamped from 0 to 0\.01/);
    expect(stdout).not.toContain('secret-0123456789');
  });

  it('ends with the error of the router for a wrong request', async () => {
    const { code, stdout, stderr } = await call(['explain', '-'], { input: '{"model": "@novita/m"}' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: HTTP 400: .*messages/);
  });
});

describe('--json', () => {
  it.each([
    [['explain', '-'], 0],
    [['explain', '-', '--provider', 'openai,groq'], 0],
    [['models', 'gpt-4o-mini'], 0],
    [['keys', 'list', '--url', 'http://127.0.0.1:9'], 3],
    [['completion', 'bash'], 0],
    [['complete', '--', 'ke'], 0],
    [['unknown'], 2],
  ])('of %j is one document and nothing else on stdout', async (words, expected) => {
    const body = REQUEST.replace('@novita/any-model', 'openai/gpt-oss-120b');
    const { code, stdout } = await call(['--json', ...words], { input: body, environment: { ADMIN_API_KEY: 'k' } });
    expect(JSON.parse(stdout)).toEqual(expect.any(Object));
    expect(expected === 0 ? [0, 1] : [expected]).toContain(code);
  });
});

describe('in a pipe', () => {
  it('there are no colours and no progress', async () => {
    for (const words of [['--help'], ['models', 'gpt-4o'], ['explain', '-'], ['unknown']]) {
      const { stdout, stderr } = await call(words, { input: REQUEST });
      expect(stdout + stderr).not.toContain('\u001b');
    }
  });

  it.each(['models', 'explain -'])(
    '%s ends quietly when the reader has closed it',
    (words) => {
      const line = `echo '${REQUEST}' | '${process.execPath}' '${TRIBUTARY}' ${words} | head -1`;
      const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', line], { cwd: ROOT, encoding: 'utf8' });
      expect({ status, lines: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, lines: 1 });
      expect(stderr.replace(/^\d+ models\n/, '')).toBe('');
    },
    DEADLINE_MS,
  );
});

describe('dev and start', () => {
  it.each([
    ['dev', '--ip', '127.0.0.1'],
    ['start', '--host', '127.0.0.1'],
  ])(
    '%s reports that its port is taken before anything answers',
    async (...words) => {
      const { code, stderr } = await call([...words, '--port', String(takenPort)]);
      expect(code).toBe(1);
      expect(stderr).toBe(
        `Port ${takenPort} is taken: something else listens there. Choose another: npm ${words[0] === 'dev' ? 'run dev' : 'start'} -- --port ${takenPort + 1}\n`,
      );
    },
    DEADLINE_MS,
  );

  it(
    'start --json prints its address, answers, and ends after Ctrl-C',
    async () => {
      const running = start(['start', '--port', '0', '--data', folder, '--json']);
      const events = () =>
        running
          .stdout()
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      const listening = await until('the address', () => events().find(({ event }) => event === 'listening'), DEADLINE_MS);
      const response = await fetch(`${String(listening['url'])}/v1/health`);
      await response.text();
      expect(response.status).toBeLessThan(500);
      running.child.kill('SIGINT');
      expect(await running.exit).toBe(0);
      expect(events().at(-1)).toEqual({ event: 'ended', exit_code: 0 });
      await expect(fetch(String(listening['url']))).rejects.toThrow('fetch failed');
    },
    DEADLINE_MS,
  );

  it(
    'start ends with the command, also where that is killed',
    async () => {
      const running = start(['start', '--port', '0', '--data', folder, '--json']);
      const address = await until('the address', () => /"url":"([^"]+)"/.exec(running.stdout())?.[1], DEADLINE_MS);
      running.child.kill('SIGKILL');
      expect(
        await until('the port to be free', async () => ((await fetch(address).catch(() => null)) === null ? true : undefined), DEADLINE_MS),
      ).toBe(true);
    },
    DEADLINE_MS,
  );

  it('start refuses a wrong option as a wrong command line', async () => {
    const { code, stderr } = await call(['start', '--prot', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --port?');
  });
});
