/** Sixteen upstreams at full speed and one client that hardly reads: all of them wait for it, and then nothing is missing. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { countFrom } from './merged.ts';
import { bodyOf, contentFrame, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, until } from './harness.ts';
import { openStream } from '../support/read-stream.ts';

const MEBIBYTE = 1024 * 1024;
const CALLS = 16;

/**
 * All that may lie between sixteen upstreams and a client that does not read, besides what the system itself takes for a connection
 * that is not read: the client's own connection and a read of the router for each upstream.
 */
const MAX_HELD_BYTES = 32 * MEBIBYTE;

/** No system takes this much for one connection: an upstream that gets so far is never stopped. */
const NEVER_STOPPED_BYTES = 512 * MEBIBYTE;

const PADDING = '~'.repeat(16 * 1024);

/** What an upstream did so far. `acceptedBytes`: what the system has taken off its hands. */
type Source = { acceptedBytes: number; blocked: boolean; left: boolean };

const sources: Source[] = [];
let host: OwnUpstream;
let router: ServingOperation;

function pour(response: ServerResponse, seed: number): void {
  const source: Source = { acceptedBytes: 0, blocked: false, left: false };
  sources.push(source);
  response.on('close', () => {
    source.left = true;
  });
  let number = 0;
  const write = () => {
    source.blocked = false;
    let wantsMore = true;
    while (wantsMore && !response.destroyed) {
      const frame = contentFrame(`#${seed}/${number++}#${PADDING}`);
      wantsMore = response.write(frame, (error) => {
        if (!error) source.acceptedBytes += frame.length;
      });
    }
    source.blocked = true;
    response.once('drain', write);
  };
  write();
}

beforeAll(async () => {
  host = await listen(async (incoming, response) => {
    const { seed } = JSON.parse(await bodyOf(incoming)) as { seed: number };
    response.writeHead(200, STREAM_HEADERS);
    pour(response, seed);
  });
  router = await serveRouter({ OPENROUTER_BASE_URL: host.url, OPENROUTER_API_KEY: 'any', ALLOW_ANONYMOUS: 'true' });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});

/** Bytes that the system accepts on a connection that is not read, without a router: the buffers of the two sockets. */
async function idleBytes(): Promise<number> {
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
  socket.pause();
  const body = JSON.stringify({ seed: 0 });
  socket.write(`POST / HTTP/1.1\r\nhost: idle\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  const bytes = await untilStuck(1);
  socket.destroy();
  await until('the idle connection to end', () => (sources[0]?.left === true ? true : undefined));
  sources.length = 0;
  return bytes;
}

const acceptedBytes = () => sources.reduce((sum, source) => sum + source.acceptedBytes, 0);

/** Resolves when this many upstreams have all been stuck for many turns in a row. */
async function untilStuck(count: number): Promise<number> {
  let before = -1;
  let quietTurns = 0;
  return until(
    'the upstreams to get stuck',
    () => {
      const now = acceptedBytes();
      const isStuck = sources.length === count && sources.every(({ blocked }) => blocked);
      quietTurns = now === before && isStuck ? quietTurns + 1 : 0;
      before = now;
      if (now > NEVER_STOPPED_BYTES) throw new Error('the upstreams are never stopped');
      return quietTurns >= 40 ? now : undefined;
    },
    50_000,
  );
}

const ask = () => openStream(router.url, hello({ model: '@openrouter/some/m', n: CALLS, seed: 0, stream: true }));

it('sixteen floods wait for a client that reads a kibibyte at a time, and arrive whole and in order, choice by choice', async () => {
  const mostBytes = CALLS * (await idleBytes()) + MAX_HELD_BYTES;
  const answer = await ask(); // paused: it has no data listener yet
  const stuckAt = await untilStuck(CALLS);
  expect(stuckAt).toBeLessThan(mostBytes);
  expect(Math.min(...sources.map((source) => source.acceptedBytes))).toBeGreaterThan(0);

  // A trickle: a kibibyte, a pause of a turn, and so on. Still nothing piles up.
  let rest = '';
  for (let taken = 0; taken < 256; taken++) {
    rest += String(await untilRead(answer, 1024));
    expect(acceptedBytes()).toBeLessThan(mostBytes);
  }

  const seen = countFrom(0, CALLS).map((): number[] => []);
  /** Chunks that are not of the upstream that their index says, or broken. */
  const strays: string[] = [];
  const wanted = 2 * Math.ceil(stuckAt / CALLS / PADDING.length);
  const isEnough = () => seen.every((numbers) => numbers.length >= wanted);
  const take = (text: string) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const [, index, seed, number] = /"index":(\d+),.*#(\d+)\/(\d+)#~{16384}"/.exec(event) ?? [];
      if (event.startsWith('data: ') && (index === undefined || index !== seed)) strays.push(event.slice(0, 300));
      if (number !== undefined) seen[Number(index)]?.push(Number(number));
    }
  };
  take('');
  for await (const piece of answer) {
    take(String(piece));
    if (isEnough()) break; // leaving the loop destroys the connection
  }
  expect(strays).toEqual([]);
  for (const numbers of seen) expect(numbers).toEqual(countFrom(0, numbers.length));
  expect(isEnough()).toBe(true);
  expect(acceptedBytes()).toBeGreaterThan(stuckAt);
  await until('every upstream to be left', () => (sources.every(({ left }) => left) ? true : undefined));
});

/** The next bytes, at most this many. */
function untilRead(answer: IncomingMessage, bytes: number): Promise<Buffer> {
  return until('bytes to read', () => (answer.read(bytes) as Buffer | null) ?? undefined);
}
