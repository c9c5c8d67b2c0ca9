/** Lines of newline-delimited JSON, however their bytes are cut. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNdjsonFramer } from '../../../src/upstream/framing/ndjson.ts';

const MAX = 1000;
const utf8 = new TextEncoder();

function read(text: string, size = Infinity): string[] {
  const framer = createNdjsonFramer(MAX);
  const bytes = utf8.encode(text);
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += Math.min(size, bytes.length))
    lines.push(...framer.push(bytes.subarray(start, start + Math.min(size, bytes.length))));
  return [...lines, ...framer.end()];
}

describe('createNdjsonFramer', () => {
  it('returns lines as soon as they are complete, the last one at the end', () => {
    const framer = createNdjsonFramer(MAX);
    expect(framer.push(utf8.encode('{"a":1}\n{"b"'))).toEqual(['{"a":1}']);
    expect(framer.push(utf8.encode(':2}'))).toEqual([]);
    expect(framer.end()).toEqual(['{"b":2}']);
    expect(framer.end()).toEqual([]);
  });

  it('ignores empty lines, and blanks around lines', () => {
    expect(read('\n\r\n  \n {"a":1} \r\n\n')).toEqual(['{"a":1}']);
  });

  it('drops a byte order mark', () => {
    expect(read('\ufeff{"a":1}\n')).toEqual(['{"a":1}']);
  });

  it('returns the same lines cut anywhere, also inside a character', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify({ text }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (lines, size) => {
        expect(read(lines.map((text) => `${text}\n`).join(''), size)).toEqual(lines);
      }),
    );
  });

  it('rejects a line that is too long before its end', () => {
    const long = 'x'.repeat(MAX + 1);
    expect(() => read(`${long}\n`)).toThrow('more than 1000 characters');
    const framer = createNdjsonFramer(MAX);
    framer.push(utf8.encode('x'.repeat(MAX)));
    expect(() => framer.push(utf8.encode('x'))).toThrow('more than 1000 characters');
    expect(read(`${'x'.repeat(MAX)}\n${'y'.repeat(MAX)}\n`)).toHaveLength(2);
  });
});
