import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findExpired, findOldest, type KeptRow } from '../../src/state/kept-answers.ts';

/** Answers of which each goes on from none or from an earlier one, in any order. */
const rows: fc.Arbitrary<readonly KeptRow[]> = fc
  .array(fc.record({ back: fc.nat(5), expiresMs: fc.nat(10), bytes: fc.nat(50) }), { maxLength: 12 })
  .map((given) =>
    given.map(({ back, expiresMs, bytes }, index) => ({
      seq: index + 1,
      previous: back === 0 || back > index ? null : index + 1 - back,
      expiresMs,
      bytes,
    })),
  )
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

describe('findExpired', () => {
  it('returns exactly the answers that no unexpired answer is or goes back to', () => {
    fc.assert(
      fc.property(rows, fc.nat(10), (list, nowMs) => {
        const needed = new Set<number>();
        for (const row of list.filter(({ expiresMs }) => expiresMs > nowMs))
          for (let at: KeptRow | undefined = row; at !== undefined; at = list.find(({ seq }) => seq === at?.previous)) needed.add(at.seq);
        const expected = list.flatMap(({ seq }) => (needed.has(seq) ? [] : [seq]));
        expect(findExpired(list, nowMs).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });
});

describe('findOldest', () => {
  it('returns the shortest beginning of the answers without which the others fit', () => {
    fc.assert(
      fc.property(rows, fc.nat(300), (list, maxBytes) => {
        const gone = findOldest(list, maxBytes);
        const ordered = list.toSorted((one, other) => one.seq - other.seq);
        expect(gone).toEqual(ordered.slice(0, gone.length).map(({ seq }) => seq));
        const bytesFrom = (index: number) => ordered.slice(index).reduce((sum, { bytes }) => sum + bytes, 0);
        expect(bytesFrom(gone.length)).toBeLessThanOrEqual(maxBytes);
        expect(gone.length === 0 || bytesFrom(gone.length - 1) > maxBytes).toBe(true);
      }),
    );
  });
});
