import * as fc from 'fast-check';
import { estimateTokenCount } from 'tokenx';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../src/lib/estimate-tokens.ts';

/** Letters of each kind that is counted in its own way. */
const LETTERS =
  ' \n\t.,!(){}"-_0123abcXYZ\u00e4\u00f6\u00fc\u00df\u1e9e\u00c4\u00e9\u00c9\u00ff\u0178\u0153\u00e6\u0142\u0141\u017c\u0159\u0436\u0416\u0451\u03ac\u03ce\u0391';
const CJK = '\u4e2d\u6587\u3002\u3001\u3042\u30ab\u30fb\u3030\uff01\uac00\u1100\u3131\ua960\ud7b0\u3400';
const PICTURES = '\u{1f600}\u{1f44d}\u{1f3fd}\u2764\ufe0f\u200d\ud800';

describe('estimateTokens', () => {
  it.each([
    '',
    ' ',
    'hello',
    'Hello, world!\n\n  if (x) {\n',
    'Stra\u00dfe',
    '\u4f60\u597d\u3002\u4e16\u754c',
    '1234567',
    '\u{1f600}\u{1f600}',
  ])('gives the number of tokenx for %j', (text) => {
    expect(estimateTokens(text)).toBe(estimateTokenCount(text));
  });

  it('gives the number of tokenx for any text', () => {
    const unit = fc.oneof(fc.constantFrom(...LETTERS), fc.constantFrom(...CJK, ...PICTURES), fc.string({ unit: 'binary' }));
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 40 }),
      fc.array(unit, { maxLength: 30 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect(estimateTokens(one)).toBe(estimateTokenCount(one));
      }),
      { numRuns: 1000 },
    );
  });
});
