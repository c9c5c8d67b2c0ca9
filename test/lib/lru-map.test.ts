/** The bounded map: what is written longest ago goes first. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { putLast } from '../../src/lib/lru-map.ts';

it('putLast keeps the entries that were written last, in the order of writing', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')), fc.integer({ min: 1, max: 5 }), (keys, max) => {
      const map = new Map<string, number>();
      keys.forEach((key, value) => putLast(map, { key, value, max }));
      const lastOf = new Map(keys.map((key, value) => [key, value]));
      const expected = [...lastOf].sort(([, one], [, other]) => one - other).slice(-max);
      expect([...map]).toEqual(expected);
    }),
  );
});
