/** Globs against the regular expressions that they stand for. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../src/lib/glob.ts';

describe('matchesGlob', () => {
  it('law: covers what the regular expression with .* for each * covers', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '/', '.', '-'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*');
        expect(matchesGlob(glob, name)).toBe(new RegExp(`^${source}$`, 'i').test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not let head and tail overlap', () => {
    expect(matchesGlob('aba*aba', 'aba')).toBe(false);
    expect(matchesGlob('*', '')).toBe(true);
  });
});
