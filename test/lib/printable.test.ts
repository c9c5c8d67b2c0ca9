import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtBreak, printable } from '../../src/lib/printable.ts';

describe('printable', () => {
  it('escapes whatever could end a line, move the cursor or turn the text round', () => {
    expect(printable('a\nb\rc\td\u001b[31m\u0000\u0085\u009b\u2028\u2029\u202e\u2066\ufeff', 100)).toBe(
      String.raw`a\nb\rc\td\u001b[31m\u0000\u0085\u009b\u2028\u2029\u202e\u2066\ufeff`,
    );
    expect(printable('\ud800 x 🌊 \udc00', 100)).toBe(String.raw`\ud800 x 🌊 \udc00`);
  });

  it('makes one line of any text, of bounded length', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }), (codes) => {
        const shown = printable(String.fromCharCode(...codes), 100);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(103 * 6);
      }),
    );
  });
});

describe('cutAtBreak', () => {
  it('cuts between words only, so that no half of a key is left', () => {
    expect(cutAtBreak('one two three', 8)).toBe('one two...');
    expect(cutAtBreak('one two three', 7)).toBe('one two...');
    expect(cutAtBreak('one "twothree', 8)).toBe('one "...');
    expect(cutAtBreak('onetwothree', 8)).toBe('...');
    expect(cutAtBreak('short', 8)).toBe('short');
  });
});
