/** Bytes as base64 text and back. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, encodeInChunks, toBase64 } from '../../src/lib/base64.ts';

const expected = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe.each([
  ['by the runtime, where it can', toBase64],
  ['in chunks', encodeInChunks],
])('toBase64 by %s', (_, encode) => {
  it('encodes any bytes like the Buffer of Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encode(bytes)).toBe(expected(bytes));
      }),
    );
  });

  it.each([0, 1, 24_575, 24_576, 24_577, 49_152, 200_000])('encodes %i bytes with padding only at the end', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) & 255);
    expect(encode(bytes)).toBe(expected(bytes));
  });

  it('encodes a view of a longer buffer', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index).subarray(10, 20);
    expect(encode(bytes)).toBe(expected(bytes));
  });
});

it('toBase64 uses the method of the runtime where it exists', () => {
  const bytes = Object.assign(new Uint8Array([1, 2, 3]), { toBase64: () => 'by the runtime' });
  expect(toBase64(bytes)).toBe('by the runtime');
});

it('fromBase64 decodes what toBase64 encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(fromBase64(expected(bytes))).toEqual(bytes);
    }),
  );
});

it('fromBase64 accepts line breaks and missing padding', () => {
  expect(fromBase64('AQID\nBA==\n')).toEqual(new Uint8Array([1, 2, 3, 4]));
  expect(fromBase64('AQIDBA')).toEqual(new Uint8Array([1, 2, 3, 4]));
});

it.each(['*', 'A', 'AQ=A', 'AQ-_'])('fromBase64 throws on %j', (text) => {
  expect(() => fromBase64(text)).toThrow(DOMException);
});
