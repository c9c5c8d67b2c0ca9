/** The search for an end of a range, driven without an upstream. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEnd, type End, type Side } from '../../../src/cli/probe/find-end.ts';
import type { Answer, Inquiry, Verdict } from '../../../src/cli/probe/trial.ts';

/** Runs a search; `accepts` is the upstream. Returns what was tried, in order. */
function search(side: Side, accepts: (value: number) => boolean): { value: number; verdict: Verdict }[] {
  const tried: { value: number; verdict: Verdict }[] = [];
  // oxlint-disable-next-line require-yield -- the answers are known, so nothing is asked
  const tryNumber = function* (value: number): Inquiry<Verdict> {
    const verdict = accepts(value) ? ('accepted' as const) : ('refused' as const);
    tried.push({ value, verdict });
    return verdict;
  };
  const run = findEnd(side, tryNumber);
  const step = run.next();
  if (step.done !== true) run.next({} as Answer);
  return tried;
}

const values = (tried: readonly { value: number }[]) => tried.map(({ value }) => value);
const closed = (value: number): End => ({ value, isOpen: false });

describe('findEnd', () => {
  it('asks one value where file and unified range end at the same accepted value', () => {
    expect(values(search({ towards: 1, inside: 0.7, stated: closed(2), farthest: 2, grid: null }, () => true))).toEqual([2]);
  });

  it('asks the end of the unified range, the end in the file and the value beyond it where the file is narrower', () => {
    const tried = search({ towards: 1, inside: 0.7, stated: closed(1), farthest: 2, grid: null }, (value) => value <= 1);
    expect(tried).toEqual([
      { value: 2, verdict: 'refused' },
      { value: 1, verdict: 'accepted' },
      { value: 1.01, verdict: 'refused' },
    ]);
  });

  it('distinguishes an open end from a closed one by a tenth of a step', () => {
    const tried = search({ towards: 1, inside: 0.7, stated: closed(1), farthest: 1, grid: null }, (value) => value < 1);
    expect(tried.at(-1)).toEqual({ value: 0.999, verdict: 'accepted' });
  });

  it('asks nothing beyond the value inside where the unified range ends there', () => {
    expect(search({ towards: 1, inside: 2, stated: null, farthest: 2, grid: null }, () => true)).toEqual([]);
  });

  it('finds the largest 32-bit integer from landmarks', () => {
    const tried = search(
      { towards: 1, inside: 1, stated: null, farthest: Number.MAX_SAFE_INTEGER, grid: 1 },
      (value) => value <= 2_147_483_647,
    );
    expect(Math.max(...tried.filter(({ verdict }) => verdict === 'accepted').map(({ value }) => value))).toBe(2_147_483_647);
    expect(values(tried)).toContain(2_147_483_648);
    expect(tried.length).toBeLessThanOrEqual(10);
  });

  it('brackets any end of hundredths within one step, with at most 30 requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -150, max: 199 }),
        fc.boolean(),
        fc.option(fc.integer({ min: -150, max: 200 })),
        (hundredths, isOpen, stated) => {
          const end = hundredths / 100;
          const inside = -1.8;
          const accepts = (value: number) => (isOpen ? value < end : value <= end);
          const tried = search(
            { towards: 1, inside, stated: stated === null ? null : closed(stated / 100), farthest: 2, grid: null },
            accepts,
          );
          const accepted = [inside, ...tried.filter(({ verdict }) => verdict === 'accepted').map(({ value }) => value)];
          const refused = tried.filter(({ verdict }) => verdict === 'refused').map(({ value }) => value);
          expect(Math.min(...refused) - Math.max(...accepted)).toBeLessThanOrEqual(0.0101);
          expect(tried.length).toBeLessThanOrEqual(30);
          expect(new Set(values(tried)).size).toBe(tried.length);
        },
      ),
    );
  });

  it('finds any lower end of integers below 1000', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1 }), (end) => {
        const tried = search({ towards: -1, inside: 2, stated: null, farthest: -5000, grid: 1 }, (value) => value >= end);
        const accepted = tried.filter(({ verdict }) => verdict === 'accepted').map(({ value }) => value);
        const refused = tried.filter(({ verdict }) => verdict === 'refused').map(({ value }) => value);
        expect(Math.min(2, ...accepted)).toBe(end);
        expect(Math.max(...refused)).toBe(end - 1);
      }),
    );
  });
});
