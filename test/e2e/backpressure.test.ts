/** A client that does not read: the router stops reading too, so memory stays bounded; when the client reads on, nothing is missing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { contentFrame, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, until } from './harness.ts';
import { openStream } from '../support/read-stream.ts';

const MEBIBYTE = 1024 * 1024;

/** All that may lie between the upstream and a client that does not read: the sockets' buffers and a few reads of the router. */
const MAX_IN_FLIGHT_BYTES = 16 * MEBIBYTE;

const PADDING = '~'.repeat(16 * 1024);
const numbered = (number: number) => contentFrame(`#${number}#${PADDING}`);

/** What the upstream did so far. `acceptedBytes`: what the system has taken off its hands. */
const upstream = { acceptedBytes: 0, blocked: false, left: false };

let host: OwnUpstream;
let router: ServingOperation;

beforeAll(async () => {
  host = await listen((_incoming, response) => {
    response.writeHead(200, STREAM_HEADERS);
    response.on('close', () => {
      upstream.left = true;
    });
    let number = 0;
    const pour = () => {
      upstream.blocked = false;
      let wantsMore = true;
      while (wantsMore && !response.destroyed) {
        const frame = numbered(number++);
        wantsMore = response.write(frame, (error) => {
          if (!error) upstream.acceptedBytes += frame.length;
        });
      }
      upstream.blocked = true;
      response.once('drain', pour);
    };
    pour();
  });
  router = await serveRouter({ NOVITA_BASE_URL: host.url, ALLOW_ANONYMOUS: 'true' });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});

/** Resolves when the upstream has been stuck for many turns in a row. */
async function untilStuck(): Promise<number> {
  let before = -1;
  let quietTurns = 0;
  return until(
    'the upstream to get stuck',
    () => {
      quietTurns = upstream.acceptedBytes === before && upstream.blocked ? quietTurns + 1 : 0;
      before = upstream.acceptedBytes;
      if (before > 4 * MAX_IN_FLIGHT_BYTES) throw new Error('the upstream is never stopped');
      return before > 0 && quietTurns >= 40 ? before : undefined;
    },
    45_000,
  );
}

const ask = () => openStream(router.url, hello({ stream: true }));

it('a flood waits for a client that does not read, then arrives whole and in order', async () => {
  const answer = await ask(); // paused: it has no data listener yet
  const stuckAt = await untilStuck();
  expect(stuckAt).toBeLessThan(MAX_IN_FLIGHT_BYTES);

  const seen: number[] = [];
  let rest = '';
  const wanted = 2 * Math.ceil(stuckAt / PADDING.length);
  for await (const piece of answer) {
    const events = (rest + String(piece)).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const number = /#(\d+)#/.exec(event)?.[1];
      if (number !== undefined) seen.push(Number(number));
    }
    if (seen.length >= wanted) break; // leaving the loop destroys the connection
  }
  expect(seen.slice(0, wanted)).toEqual(Array.from({ length: wanted }, (_, number) => number));
  expect(upstream.acceptedBytes).toBeGreaterThan(stuckAt);
  await until('the upstream to be left', () => (upstream.left ? true : undefined));
});
