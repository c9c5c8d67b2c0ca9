/** Equality of JSON values. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameJson } from '../../src/lib/same-json.ts';

describe('isSameJson', () => {
  it.each([
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: undefined }, {}, true],
    [{ a: null }, {}, false],
    [[1], { 0: 1 }, false],
    [{}, { constructor: 1 }, false],
  ])('of %j and %j is %j', (one, other, expected) => {
    expect(isSameJson(one, other)).toBe(expected);
    expect(isSameJson(other, one)).toBe(expected);
  });

  it('is true for a copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isSameJson(value, structuredClone(value))).toBe(true);
      }),
    );
  });
});
