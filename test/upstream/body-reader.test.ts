/** A body is read into one buffer that grows with it. Nothing is lost or read twice. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openBody } from '../../src/upstream/body-reader.ts';
import { createBody } from '../support/scripted-upstream.ts';

/** A stream of bytes, as the platform makes them, in these pieces. */
function bytesOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const waiting = pieces.filter(({ length }) => length > 0);
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const next = waiting.shift();
      if (next !== undefined) return controller.enqueue(next.slice());
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<{ bytes: number[]; sizes: number[] }> {
  const reader = openBody(body);
  const [bytes, sizes]: [number[], number[]] = [[], []];
  for (let piece = await reader.read(); piece !== null; piece = await reader.read()) {
    bytes.push(...piece);
    sizes.push(piece.length);
  }
  return { bytes, sizes };
}

it('openBody returns every byte once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 12 }), async (pieces) => {
      const expected = pieces.flatMap((piece) => [...piece]);
      expect((await readAll(bytesOf(pieces))).bytes).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

it('openBody grows its reads to at most 16 KiB', async () => {
  const { sizes } = await readAll(bytesOf([new Uint8Array(80_000)]));
  expect(sizes[0]).toBe(4096);
  expect(Math.max(...sizes)).toBe(16_384);
  expect(sizes.length).toBeLessThan(10);
});

it('openBody reads a body that is not a byte stream piece by piece, and cancels it', async () => {
  const body = createBody();
  const reader = openBody(body.stream);
  body.write('ab');
  expect(await reader.read()).toEqual(new TextEncoder().encode('ab'));
  await reader.cancel();
  expect(body.cancelled()).toBe(true);
});
