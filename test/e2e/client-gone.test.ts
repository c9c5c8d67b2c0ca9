/** A client that leaves: whatever the router is doing for it upstream is given up. */
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contentFrame, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, logged, startHarness, until, type Harness } from './harness.ts';

let harness: Harness;
/** Sends one token of each stream and then nothing; records which requests are still open. */
let silent: OwnUpstream;
const open = new Set<string>();
const left = new Set<string>();

beforeAll(async () => {
  silent = await listen((incoming, response) => {
    const name = incoming.url ?? '';
    open.add(name);
    response.on('close', () => left.add(name));
    if (!name.includes('no-headers')) response.writeHead(200, STREAM_HEADERS).write(contentFrame('One'));
  });
  harness = await startHarness({ GROQ_BASE_URL: `${silent.url}/one-word`, CEREBRAS_BASE_URL: `${silent.url}/no-headers` }, 50);
});
afterAll(async () => {
  await harness.stop();
  await silent.stop();
});
afterEach(() => {
  open.clear();
  left.clear();
});

type Call = { socket: Promise<Socket>; answer: Promise<IncomingMessage> };

/** A request as bytes on a socket, which the test may tear off. */
function call(body: object, headers: Record<string, string> = {}): Call {
  const outgoing = request(`${harness.url}/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const socket = new Promise<Socket>((resolve) => {
    outgoing.once('socket', resolve);
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  answer.catch(() => undefined); // a test that tears its socket off before the answer expects none
  outgoing.end(JSON.stringify(body));
  return { socket, answer };
}

/** The first piece of the body. */
function firstBytes(answer: IncomingMessage): Promise<string> {
  answer.on('error', () => undefined);
  return new Promise((resolve) => {
    answer.once('data', (piece: Buffer) => resolve(piece.toString()));
  });
}

const say = (content: string, fields: object = {}) => hello({ messages: [{ role: 'user', content }], stream: true, ...fields });

describe.each([
  { how: 'closes', tear: (socket: Socket) => socket.destroy() },
  { how: 'resets', tear: (socket: Socket) => socket.resetAndDestroy() },
])('a client that $how its connection', ({ how, tear }) => {
  it('in the middle of a stream: the upstream is aborted', async () => {
    const marker = `leaving-${how}`;
    const { socket, answer } = call(say(marker));
    expect(await firstBytes(await answer)).toContain('"role":"assistant"');
    tear(await socket);
    const entry = await until('the abort of the upstream', async () => {
      const found = await logged(harness, marker);
      return found?.aborted === true ? found : undefined;
    });
    expect(entry).toMatchObject({ status: 200, finished: false });
  });

  it('in the middle of a flood: the upstream is aborted', async () => {
    const marker = `flooded-${how}`;
    const { socket, answer } = call(say(marker), { 'x-simulator-fault': 'flood=100000000' });
    const response = await answer;
    await firstBytes(response);
    response.resume();
    tear(await socket);
    const entry = await until('the end of the flood', async () => {
      const found = await logged(harness, marker);
      return found?.aborted === true ? found : undefined;
    });
    expect(entry.sentChunks).toBeLessThan(100_000_000);
  });

  it('while the upstream is silent in a stream: the upstream is aborted at the next keep-alive', async () => {
    const { socket, answer } = call(say('hello', { model: '@groq/m' }));
    expect(await firstBytes(await answer)).toContain('"content":"One"');
    expect([...left]).toEqual([]);
    tear(await socket);
    expect(await until('the upstream to be left', () => (left.size === 1 ? [...left] : undefined))).toEqual([...open]);
  });
});

it.each([true, false])(
  'a client that resets its connection before the upstream answers: the upstream is aborted (stream: %s)',
  async (stream) => {
    const { socket } = call(say('hello', { model: '@cerebras/m', stream }));
    await until('the request upstream', () => (open.size === 1 ? true : undefined));
    (await socket).resetAndDestroy();
    expect(await until('the upstream to be left', () => (left.size === 1 ? [...left] : undefined))).toEqual([...open]);
  },
);

it('a client that stays connected gets the whole stream, and the upstream is not aborted', async () => {
  const { answer } = call(say('staying', { max_tokens: 5 }));
  const response = await answer;
  const pieces: string[] = [];
  for await (const piece of response) pieces.push(String(piece));
  expect(pieces.join('')).toMatch(/data: \[DONE\]\n\n$/);
  expect(await logged(harness, 'staying')).toMatchObject({ aborted: false, finished: true });
});
