import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten, toPrintable } from '../../src/lib/printable.ts';

describe('toPrintable', () => {
  it('escapes characters that end a line, move the cursor or change the direction of text', () => {
    expect(toPrintable('a\nb\rc\td\u001b[31m\u0000\u0085\u009b\u2028\u2029\u202e\u2066\ufeff', 100)).toBe(
      String.raw`a\nb\rc\td\u001b[31m\u0000\u0085\u009b\u2028\u2029\u202e\u2066\ufeff`,
    );
    expect(toPrintable('\ud800 x 🌊 \udc00', 100)).toBe(String.raw`\ud800 x 🌊 \udc00`);
  });

  it('returns one line of bounded length for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }), (codes) => {
        const shown = toPrintable(String.fromCharCode(...codes), 100);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(103 * 6);
      }),
    );
  });
});

describe('shorten', () => {
  it('cuts only between words, so that no part of a key remains', () => {
    expect(shorten('one two three', 8)).toBe('one two...');
    expect(shorten('one two three', 7)).toBe('one two...');
    expect(shorten('one "twothree', 8)).toBe('one "...');
    expect(shorten('onetwothree', 8)).toBe('...');
    expect(shorten('short', 8)).toBe('short');
  });
});
