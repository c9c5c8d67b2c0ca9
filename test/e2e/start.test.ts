/** `npm start` as an operator runs it: storage in a folder, kept through a kill; variables; refusals before anything starts; an orderly end. */
import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';
import { contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { runScript } from './command.ts';
import { hello, post, until } from './harness.ts';
import { createDataFolder, START, startNodeRouter, type NodeRouter } from './node-router.ts';

const SECRET = 'sk-not-to-be-printed';

let simulator: ServingOperation;
/** Streams a token, and the rest when the test asks for it. */
let slow: OwnUpstream;
let finish: () => void;
let isClosed: boolean;
let data: Awaited<ReturnType<typeof createDataFolder>>;
let router: NodeRouter;

const variables = () => ({ SIMULATOR_URL: simulator.url, ROUTER_API_KEYS: SECRET, GROQ_BASE_URL: slow.url });
const KEY = { authorization: `Bearer ${SECRET}` };

beforeAll(async () => {
  simulator = await serveSimulator(0);
  slow = await listen((_, response) => {
    isClosed = false;
    response.on('close', () => (isClosed = true));
    response.writeHead(200, STREAM_HEADERS).write(contentFrame('begun'));
    finish = () => void response.end(contentFrame(', ended') + ENDING);
  });
  data = await createDataFolder();
  router = await startNodeRouter(data.path, { variables: variables(), environment: { MAX_ATTEMPTS: '1', HOME_PAGE: 'x' } });
});
afterAll(async () => {
  await router?.kill();
  await simulator?.stop();
  await slow?.stop();
  await data?.remove();
});

/** Reads one piece of a stream. */
async function firstPiece(response: Response): Promise<{ text: string; rest: () => Promise<string> }> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const text = decoder.decode((await reader.read()).value, { stream: true });
  const rest = async () => {
    let all = text;
    for (let next = await reader.read(); !next.done; next = await reader.read()) all += decoder.decode(next.value, { stream: true });
    return all;
  };
  return { text, rest };
}

/** A start that ends by itself. */
async function refused(...given: string[]): Promise<{ code: number | null; output: string }> {
  const running = runScript(ROOT, START, given);
  const code = await running.exit;
  return { code, output: running.output() };
}

describe('npm start', () => {
  it('answers with a body and with a stream', async () => {
    const body = await post(`${router.url}/v1/chat/completions`, hello(), KEY);
    expect(await body.json()).toMatchObject({ choices: [{ message: { content: expect.stringMatching(/^You said: "hello"/) } }] });
    const stream = readStream(await (await post(`${router.url}/v1/chat/completions`, hello({ stream: true }), KEY)).text());
    expectWhole(stream);
  });

  it('prints the address and the names of variables of the environment that the router reads, and no value of a secret', () => {
    expect(router.output()).toContain(`Tributary listens on ${router.url}`);
    expect(router.output()).toMatch(/Variables from the environment: .*MAX_ATTEMPTS/);
    expect(router.output()).not.toContain('HOME_PAGE');
    expect(router.output()).not.toContain(SECRET);
  });

  it('passes a stream on piece by piece, and closes the upstream when the client disconnects', async () => {
    const response = await post(`${router.url}/v1/chat/completions`, hello({ model: '@groq/m', stream: true }), KEY);
    expect((await firstPiece(response)).text).toContain('begun');
    const abort = new AbortController();
    const other = await fetch(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'application/json' },
      body: JSON.stringify(hello({ model: '@groq/m', stream: true })),
      signal: abort.signal,
    });
    expect((await firstPiece(other)).text).toContain('begun');
    abort.abort();
    await until('the upstream to be closed', () => (isClosed ? true : undefined));
  });

  it('serves the console at / without a key, and requires one of the API', async () => {
    const page = await fetch(`${router.url}/`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(await page.text()).toContain('<script type="module" src="/console/main.generated.js">');
    const script = await fetch(`${router.url}/console/main.generated.js`);
    expect([script.status, (await script.text()).length > 10_000]).toEqual([200, true]);
    expect((await fetch(`${router.url}/`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${router.url}/v1/key`)).status).toBe(401);
  });

  it('takes a body of 5 MB', async () => {
    const content = 'x'.repeat(5_000_000);
    const response = await post(`${router.url}/v1/chat/completions`, hello({ messages: [{ role: 'user', content }] }), KEY);
    expect({ status: response.status, text: (await response.text()).slice(0, 100) }).toMatchObject({ status: 200 });
  });

  it('serves the Worker alone: a header of Miniflare changes nothing, and its pages are not there', async () => {
    const page = await fetch(`${router.url}/cdn-cgi/platform-proxy`, { headers: KEY });
    expect(page.status).toBe(404);
    expect(page.headers.get('x-generation-id')).toMatch(/^gen-/);
    const renamed = await fetch(`${router.url}/health`, { headers: { 'MF-Original-URL': 'http://other.example/v1/models' } });
    expect(await renamed.json()).toMatchObject({ status: 'ok' });
  });

  it('refuses a port that is taken before anything else', async () => {
    const { port } = new URL(router.url);
    const second = await refused('--port', port, '--data', join(data.path, 'other'));
    expect(second).toEqual({ code: 1, output: expect.stringMatching(/^Port \d+ is taken.*npm start -- --port \d+\n$/) });
  });

  it('refuses a data folder that another instance uses, one that cannot be written, and options that it does not have', async () => {
    await writeFile(join(data.path, 'a-file'), '');
    const [locked, inFile, unknown, range, missing] = await Promise.all([
      refused('--port', '0', '--data', data.path),
      refused('--port', '0', '--data', join(data.path, 'a-file/folder')),
      refused('--prot', '1'),
      refused('--port', '99999'),
      refused('--vars', 'no-such-file'),
    ]);
    expect(locked).toEqual({ code: 1, output: expect.stringContaining('is used by another instance') });
    expect(inFile).toEqual({ code: 1, output: expect.stringContaining('cannot be written') });
    expect(unknown).toEqual({ code: 1, output: expect.stringMatching(/--prot[^]*Use: npm start/) });
    expect(range).toEqual({ code: 1, output: expect.stringContaining('expected a whole number') });
    expect(missing).toEqual({ code: 1, output: expect.stringContaining('--vars') });
  });

  it('starts again on its data after kill -9', async () => {
    await router.kill();
    router = await startNodeRouter(data.path, { variables: variables() });
    expect(router.output()).not.toContain('Building'); // a second start builds nothing
    expect((await post(`${router.url}/v1/chat/completions`, hello(), KEY)).status).toBe(200);
  });

  it('lets an answer in flight end after SIGTERM, and exits with 0', async () => {
    const { rest } = await firstPiece(await post(`${router.url}/v1/chat/completions`, hello({ model: '@groq/m', stream: true }), KEY));
    const exit = router.end();
    await until('the signal to arrive', () => (router.output().includes('Ending') ? true : undefined));
    finish();
    const stream = readStream(await rest());
    expectWhole(stream);
    expect(stream.text).toBe('begun, ended');
    expect(await exit).toBe(0);
  });
});

const address = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

it.skipIf(address === undefined)(
  'npm start -- --host 0.0.0.0 listens on every address, and answers without keys only where that is allowed',
  async () => {
    const folder = await createDataFolder();
    const open = await startNodeRouter(folder.path, { variables: { SIMULATOR_URL: simulator.url }, flags: ['--host', '0.0.0.0'] });
    try {
      expect(open.output()).toContain('every call is refused. Set ROUTER_API_KEYS');
      const at = `http://${address}:${new URL(open.url).port}`;
      expect((await fetch(`${at}/health`)).status).toBe(200);
      const call = await post(`${at}/v1/chat/completions`, hello());
      expect({ status: call.status, text: await call.text() }).toEqual({ status: 401, text: expect.stringContaining('ROUTER_API_KEYS') });
    } finally {
      await open.kill();
      await folder.remove();
    }
  },
);
