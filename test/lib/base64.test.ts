/** Bytes as base64 text and back. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, inChunks, toBase64 } from '../../src/lib/base64.ts';

const expected = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe.each([
  ['by the runtime, where it can', toBase64],
  ['in chunks', inChunks],
])('base64 %s', (_, encode) => {
  it('is that of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encode(bytes)).toBe(expected(bytes));
      }),
    );
  });

  it.each([0, 1, 24_575, 24_576, 24_577, 49_152, 200_000])('is that of %i bytes, padding at the end only', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) & 255);
    expect(encode(bytes)).toBe(expected(bytes));
  });

  it('is that of a piece of a longer buffer', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index).subarray(10, 20);
    expect(encode(bytes)).toBe(expected(bytes));
  });
});

it('is done by the runtime where it can', () => {
  const bytes = Object.assign(new Uint8Array([1, 2, 3]), { toBase64: () => 'by the runtime' });
  expect(toBase64(bytes)).toBe('by the runtime');
});

it('is read back as the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(fromBase64(expected(bytes))).toEqual(bytes);
    }),
  );
});

it('is read with line breaks in it and without padding, as keys and files have it', () => {
  expect(fromBase64('AQID\nBA==\n')).toEqual(new Uint8Array([1, 2, 3, 4]));
  expect(fromBase64('AQIDBA')).toEqual(new Uint8Array([1, 2, 3, 4]));
});

it.each(['*', 'A', 'AQ=A', 'AQ-_'])('%j is none', (text) => {
  expect(() => fromBase64(text)).toThrow(DOMException);
});
