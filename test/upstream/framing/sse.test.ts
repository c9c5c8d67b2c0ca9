import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RouterError } from '../../../src/unified/error.ts';
import { createSseFramer } from '../../../src/upstream/framing/sse.ts';
import { bytesOf, cutInTwo, payloadsOf, piecesOf } from '../../dialects/replay.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Every fixture of every dialect. */
const fixtures = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(FIXTURES, name)).map((file) => join(name, file)))
  .filter((file) => file.endsWith('.sse'));

/** What is sent, and the payloads that are in it. */
const VECTORS: [string, string, string[]][] = [
  ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['all three line endings mixed', 'data: a\r\n\rdata: b\n\r\ndata: c\r\ndata: d\n\n', ['a', 'b', 'c\nd']],
  ['comments anywhere', ': hi\n\ndata: a\n: in between\ndata: b\n\n:\n\n:x\r\n\r\ndata: c\n\n', ['a\nb', 'c']],
  ['data without a space', 'data:a\n\ndata:{"x":1}\n\n', ['a', '{"x":1}']],
  ['one space taken, no more', 'data:  a \n\n', [' a ']],
  ['data over several lines', 'data: {\ndata:  "x": 1\ndata: }\n\n', ['{\n "x": 1\n}']],
  ['empty data, which is nothing', 'data:\n\ndata\n\ndata: a\n\n', ['a']],
  ['a byte order mark', '\ufeffdata: a\n\n', ['a']],
  ['a byte order mark inside the data', 'data: \ufeffa\n\n', ['\ufeffa']],
  ['no last blank line', 'data: a\n\ndata: b\n', ['a', 'b']],
  ['no last line ending', 'data: a\n\ndata: b', ['a', 'b']],
  ['a last CR', 'data: a\r\rdata: b\r', ['a', 'b']],
  ['fields around the data', 'event: x\nid: 1\ndata: a\nretry: 10\nfuture: y\n\n', ['a']],
  ['events without data', 'event: ping\n\nid: 3\n\ndata: a\n\n', ['a']],
  ['a colon in the data', 'data: a: b\n\n', ['a: b']],
  ['field names that only look like data', 'Data: a\n\ndatas: b\n\n data: c\n\ndata: d\n\n', ['d']],
  ['letters of one to four bytes', 'data: aé東🌊\n\n', ['aé東🌊']],
  ['line separators of other alphabets, which end no line', 'data: a\u2028b\u0085c\u000bd\n\n', ['a\u2028b\u0085c\u000bd']],
  ['blank lines before and between', '\n\n\ndata: a\n\n\n\ndata: b\n\n', ['a', 'b']],
  ['an event whose name says error', 'event: error\ndata: out of money\n\n', ['{"error":"out of money"}']],
  ['the same with an object', 'event: stream.error\ndata: {"code":1008}\n\n', ['{"error":{"code":1008}}']],
  ['an exception', 'event: ThrottlingException\ndata: {"message":"slow"}\n\n', ['{"error":{"message":"slow"}}']],
  ['an error that says so itself', 'event: error\ndata: {"type":"error","x":1}\n\n', ['{"type":"error","x":1}']],
  [
    'an error in a field of its own',
    'error: {"code":400,"message":"no"}\n\ndata: [DONE]\n\n',
    ['{"error":{"code":400,"message":"no"}}', '[DONE]'],
  ],
  ['nothing', '', []],
];

describe('createSseFramer', () => {
  it.each(VECTORS)('accepts %s, cut anywhere', (_, text, payloads) => {
    const bytes = bytesOf(text);
    for (const pieces of cutInTwo(bytes)) expect(payloadsOf(pieces)).toEqual(payloads);
    expect(payloadsOf(piecesOf(bytes, 1))).toEqual(payloads);
  });

  it.each(fixtures)('returns the same payloads of %s, cut at every byte', (file) => {
    const bytes = readFileSync(join(FIXTURES, file));
    const whole = payloadsOf([bytes]);
    expect(whole.length).toBeGreaterThan(0);
    for (const pieces of cutInTwo(bytes)) expect(payloadsOf(pieces)).toEqual(whole);
    expect(payloadsOf(piecesOf(bytes, 1))).toEqual(whole);
  });

  it('returns what was written, in any form, cut anywhere', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
    const payload = fc.array(line, { minLength: 1, maxLength: 3 }).filter((lines) => lines.join('\n') !== '');
    const noise = fc.constantFrom('', ': comment', 'event: e', 'id: 1', 'retry: 5', 'unknown');
    const ending = fc.constantFrom('\n', '\r', '\r\n');
    const written = fc.array(fc.record({ payload, noise, ending, bare: fc.boolean() }), { maxLength: 6 });
    fc.assert(
      fc.property(written, fc.boolean(), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (events, mark, sizes) => {
        const spell = ({ payload: lines, noise: other, ending: end, bare }: (typeof events)[number]) =>
          [
            ...(other === '' ? [] : [other]),
            ...lines.map((text) => `data:${bare && !text.startsWith(' ') ? '' : ' '}${text}`),
            '',
            '',
          ].join(end);
        const bytes = bytesOf((mark ? '\ufeff' : '') + events.map(spell).join(''));
        const pieces: Uint8Array[] = [];
        for (let position = 0; position < bytes.length;) {
          const size = sizes.next().value;
          pieces.push(bytes.subarray(position, position + size));
          position += size;
        }
        expect(payloadsOf(pieces)).toEqual(events.map(({ payload: lines }) => lines.join('\n')));
      }),
    );
  });

  it('returns each event at its blank line', () => {
    const framer = createSseFramer(1000);
    expect(framer.push(bytesOf('data: a\n'))).toEqual([]);
    expect(framer.push(bytesOf('\ndata: b\n\ndata: c'))).toEqual(['a', 'b']);
    expect(framer.push(bytesOf('\r\n\r'))).toEqual(['c']);
    expect(framer.end()).toEqual([]);
  });

  it('replaces invalid bytes, and continues', () => {
    const pieces = [bytesOf('data: a'), Uint8Array.of(0xc3), bytesOf('b\n\ndata: c\n\n')];
    expect(payloadsOf(pieces)).toEqual(['a\ufffdb', 'c']);
  });
});

describe('createSseFramer with a large event', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Characters that string functions look at or copy while an event of this many bytes comes in reads of 1 KiB. */
  function workFor(bytes: number): number {
    const text = `data: ${'x'.repeat(bytes - 8)}\n\n`;
    const reads = [...piecesOf(bytesOf(text), 1024)];
    const framer = createSseFramer(16 * 1024 * 1024);
    let work = 0;
    const { indexOf, slice } = String.prototype;
    const { join: joinArray } = Array.prototype;
    vi.spyOn(String.prototype, 'indexOf').mockImplementation(function count(this: string, wanted: string, from = 0) {
      const found = indexOf.call(this, wanted, from);
      work += (found < 0 ? this.length : found) - from;
      return found;
    });
    vi.spyOn(String.prototype, 'slice').mockImplementation(function count(this: string, from?: number, to?: number) {
      const result = slice.call(this, from, to);
      work += result.length;
      return result;
    });
    vi.spyOn(Array.prototype, 'join').mockImplementation(function count(this: unknown[], separator?: string) {
      const result = joinArray.call(this, separator);
      work += result.length;
      return result;
    });
    const payloads = reads.flatMap((read) => framer.push(read));
    vi.restoreAllMocks();
    expect(payloads).toHaveLength(1);
    expect(payloads[0]).toHaveLength(bytes - 8);
    return work;
  }

  it('takes linear time: 1 MiB costs four times as much as 256 KiB', () => {
    const small = workFor(256 * 1024);
    const large = workFor(1024 * 1024);
    expect(small).toBeGreaterThan(256 * 1024); // something was counted
    expect(large / small).toBeLessThan(4.5);
  });

  it('rejects an event above the limit, wherever it is cut', () => {
    for (const size of [1, 10, 64]) {
      const framer = createSseFramer(100);
      const push = () => [...piecesOf(bytesOf(`data: ok\n\ndata: ${'x'.repeat(200)}`), size)].map((piece) => framer.push(piece));
      expect(push).toThrow(new RouterError('provider_unavailable', 'the upstream sent an event of more than 100 characters'));
    }
  });

  it('rejects an event above the limit with many short lines', () => {
    const framer = createSseFramer(100);
    expect(() => [...piecesOf(bytesOf('data: 0123456789\n'.repeat(20)), 17)].map((piece) => framer.push(piece))).toThrow(RouterError);
  });

  it('applies the limit to single events', () => {
    const payload = 'x'.repeat(90);
    expect(
      [...piecesOf(bytesOf(`data: ${payload}\n\n`.repeat(5)), 3)].flatMap(
        (
          (framer) => (piece: Uint8Array) =>
            framer.push(piece)
        )(createSseFramer(100)),
      ),
    ).toEqual(Array.from({ length: 5 }, () => payload));
  });

  it('ignores comments', () => {
    const framer = createSseFramer(100);
    for (const piece of piecesOf(bytesOf(`: ${'x'.repeat(500)}\n\n`), 10)) expect(framer.push(piece)).toEqual([]);
    expect(framer.push(bytesOf('data: a\n\n'))).toEqual(['a']);
  });
});
