/** `npm run dev` in a copy of the project: it answers at once, obeys an edited provider file, survives a broken one, and ends whole. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../dev/serve.ts';
import { freePort, runScript, type RunningCommand } from './command.ts';
import { contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, post, until } from './harness.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';

/** Not copied: large, or made by running. */
const LEFT_OUT = new Set(['node_modules', '.git', '.wrangler', '.wrangler.dev.toml', 'dist', '.dev.vars', '.env']);
const DEADLINE_MS = 60_000;
/** A save is obeyed within a second; more is for machines that do other things besides. */
const SAVED_MS = 10_000;

let folder: string;
let url: string;
let dev: RunningCommand;
/** Answers with a token, and with the rest when the test asks for it. */
let slow: OwnUpstream;
let finish: () => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-dev-'));
  await cp(ROOT, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(ROOT, path).split('/')[0] ?? '') });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'src/platform/migrations'), { recursive: true });
  await writeFile(join(folder, 'src/platform/migrations/9999_test.sql'), 'CREATE TABLE test_only (id TEXT);\n');
  slow = await listen((_, response) => {
    response.writeHead(200, STREAM_HEADERS).write(contentFrame('begun'));
    finish = () => void response.end(contentFrame(', ended') + ENDING);
  });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  dev = runScript(folder, 'test/dev/dev.ts', [
    '--port',
    String(port),
    '--ip',
    '127.0.0.1',
    '--inspector-port',
    '0',
    '--var',
    `GROQ_BASE_URL:${slow.url}`,
  ]);
  await until('the router to listen', isUp, DEADLINE_MS).catch((thrown: unknown) => {
    throw new Error(`${String(thrown)}\n${dev.output()}`);
  });
}, 2 * DEADLINE_MS);
afterAll(async () => {
  await dev?.stop();
  await slow?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function isUp(): Promise<true | undefined> {
  const response = await fetch(`${url}/health`).catch(() => null);
  await response?.text();
  return response?.status === 200 ? true : undefined;
}

/** What `temperature: 0` became, or what the request was answered with. */
async function temperatureSent(model: string): Promise<unknown> {
  const response = await post(`${url}/v1/explain`, hello({ model, temperature: 0 })).catch(() => null);
  if (response?.status !== 200) return response?.status;
  const { requests } = (await response.json()) as { requests: { body: { temperature?: number } }[] };
  return requests[0]?.body.temperature;
}

const NOVITA = 'providers/novita.jsonc';

/** Writes a provider file with one place of novita.jsonc changed. @throws when the place is not there. */
async function write(path: string, from: string, to: string): Promise<void> {
  const original = await readFile(join(ROOT, NOVITA), 'utf8');
  if (!original.includes(from)) throw new Error(`${NOVITA} has no ${from}`);
  await writeFile(join(folder, path), original.replace(from, to));
}

it('npm run dev streams the first request without a key or an account', async () => {
  const response = await post(
    `${url}/v1/chat/completions`,
    '{"model":"@novita/any-model","stream":true,"temperature":0,"top_a":0.3,"top_k":500,"messages":[{"role":"user","content":"hello"}]}',
  );
  expect(response.headers.get('x-tributary-adjustments')).toContain('temperature;action=clamped;from=0;to=0.01');
  const stream = readStream(await response.text());
  expectWhole(stream);
  expect(stream.text).toMatch(/^You said: "hello"\./);
});

it("npm run dev prints an admin key, and wrangler's database of the ledger has its tables", async () => {
  expect(dev.output()).toMatch(/Admin key.*: dev-admin-[0-9a-f]{24} /);
  const command = ['d1', 'execute', 'LEDGER', '--local', '--config', '.wrangler.dev.toml', '--json', '--command'];
  const wrangler = runScript(folder, 'node_modules/wrangler/bin/wrangler.js', [...command, 'SELECT name FROM d1_migrations']);
  expect({ code: await wrangler.exit, output: wrangler.output() }).toEqual({ code: 0, output: expect.stringContaining('9999_test.sql') });
});

it('npm run dev serves the console at / beside the API', async () => {
  const page = await fetch(`${url}/`);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
  expect(await page.text()).toContain('<script type="module" src="/console/main.generated.js">');
  const script = await fetch(`${url}/console/main.generated.js`);
  expect([script.status, (await script.text()).length > 10_000]).toEqual([200, true]);
  expect((await fetch(`${url}/`, { method: 'HEAD' })).status).toBe(200);
  expect(await (await fetch(`${url}/models?limit=1`)).json()).toMatchObject({ data: [{}] });
});

it('npm run dev refuses web pages of other hosts', async () => {
  const status = await new Promise((resolve, reject) => {
    const headers = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    const call = request(`${url}/v1/chat/completions`, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode));
    call.on('error', reject);
    call.end(JSON.stringify(hello()));
  });
  expect(status).toBe(403);
});

it('npm run dev exits when its port is taken and names the option for another', async () => {
  const second = runScript(folder, 'test/dev/dev.ts', ['--port', new URL(url).port]);
  expect(await second.exit).toBe(1);
  expect(second.output()).toMatch(/^Port \d+ is taken.*npm run dev -- --port \d+\n$/);
});

it(
  'npm run dev reloads an edited file, keeps the last good catalogue after an error, reads a new file, and cuts no answer',
  async () => {
    const rule = '"temperature": { "type": "number", "exclusiveMinimum": 0,';
    const isObeyed = (sent: number) =>
      until(`${sent} to be sent`, async () => ((await temperatureSent('@novita/m')) === sent ? true : undefined), SAVED_MS);
    expect(await temperatureSent('@novita/m')).toBe(0.01);
    const inFlight = await post(`${url}/v1/chat/completions`, hello({ model: '@groq/m', stream: true }));

    await write(NOVITA, rule, rule.replace('"exclusiveMinimum": 0', '"minimum": 0.5'));
    await isObeyed(0.5);

    // Broken in three ways: an unknown key, a range that holds nothing, no JSON at all.
    const printed = () => dev.output().split('The provider files have').length;
    const breakages = [
      { change: rule.replace('"exclusiveMinimum"', '"exclusivMinimum"'), says: /providers\/novita\.jsonc:\d+.*exclusivMinimum/ },
      { change: rule.replace('"exclusiveMinimum": 0', '"minimum": 7'), says: /providers\/novita\.jsonc:\d+.*minimum/ },
      { change: rule.replace('{', '{{'), says: /providers\/novita\.jsonc:\d+/ },
    ];
    for (const { change, says } of breakages) {
      const before = printed();
      await write(NOVITA, rule, change);
      await until('the terminal to say what is wrong', () => (printed() > before ? true : undefined), SAVED_MS);
      await until('file, line and key', () => (says.test(dev.output().split('The provider files have').at(-1) ?? '') ? true : undefined));
      expect(await temperatureSent('@novita/m')).toBe(0.5);
    }

    await write(NOVITA, rule, rule);
    await isObeyed(0.01);
    finish();
    const stream = readStream(await inFlight.text());
    expectWhole(stream);
    expect(stream.text).toBe('begun, ended');

    await write('providers/mine.jsonc', '"name": "Novita AI"', '"name": "My own host"');
    const answer = await until(
      'the new provider',
      async () => {
        const response = await post(`${url}/v1/chat/completions`, hello({ model: '@mine/x', stream: true })).catch(() => null);
        const text = await response?.text();
        return response?.status === 200 ? text : undefined;
      },
      DEADLINE_MS,
    );
    expect(expectWhole(readStream(answer)).provider).toBe('My own host (simulated)');
  },
  4 * DEADLINE_MS,
);

it("npm run dev skips an editor's lock file and reports a folder with a file's name", async () => {
  await symlink('nobody@nowhere.1', join(folder, 'providers/.#openai.jsonc'));
  await mkdir(join(folder, 'providers/x.jsonc'));
  await until('the folder to be named', () => (/providers\/x\.jsonc:1:1 .*folder/.test(dev.output()) ? true : undefined), SAVED_MS);
  expect(dev.output()).not.toContain('.#openai');
  expect(await temperatureSent('@novita/m')).toBe(0.01);
});

// The last one: nothing runs after it.
it('npm run dev ends the router and frees its port after a signal to the command alone', async () => {
  expect(await isUp()).toBe(true);
  dev.signal('SIGTERM');
  expect(await dev.exit).toBe(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
});
