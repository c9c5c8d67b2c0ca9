/** Scales of charts. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binValues,
  labelEvery,
  pointAt,
  quantile,
  roundTicks,
  stack,
  sumKnown,
  sumPoints,
} from '../../../src/console/parts/chart/scale.ts';

const positive = fc.double({ min: 1e-9, max: 1e15, noNaN: true });

describe('roundTicks', () => {
  it.each([
    [0, [0, 1]],
    [Number.NaN, [0, 1]],
    [Infinity, [0, 1]],
    [1, [0, 0.5, 1]],
    [4, [0, 1, 2, 3, 4]],
    [7, [0, 2, 4, 6, 8]],
    [0.0003, [0, 0.0001, 0.0002, 0.0003]],
    [412, [0, 200, 400, 600]],
  ])('of %d', (max, ticks) => {
    expect(roundTicks(max)).toEqual(ticks);
  });

  it.each([
    [1, [0, 1]],
    [2, [0, 1, 2]],
    [7, [0, 2, 4, 6, 8]],
  ])('of %d in whole steps', (max, ticks) => {
    expect(roundTicks(max, 1)).toEqual(ticks);
  });

  it('reaches the largest value with at most five ticks', () => {
    fc.assert(
      fc.property(positive, (max) => {
        const ticks = roundTicks(max);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6));
        expect(ticks.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('stack', () => {
  it('puts each series on those before it; unknown and negative values have no height', () => {
    const pieces = stack([
      { name: 'a', values: [1, null, -4] },
      { name: 'b', values: [2, 3, 5] },
    ]);
    expect(pieces).toEqual([
      [
        { from: 0, to: 1 },
        { from: 0, to: 0 },
        { from: 0, to: 0 },
      ],
      [
        { from: 1, to: 3 },
        { from: 0, to: 3 },
        { from: 0, to: 5 },
      ],
    ]);
  });
});

describe('sums', () => {
  it('are null where nothing is known, and no zero', () => {
    expect(sumKnown([])).toBeNull();
    expect(sumKnown([null, null])).toBeNull();
    expect(sumKnown([null, 2, 0])).toBe(2);
    expect(
      sumPoints(
        [
          { name: 'a', values: [1, null] },
          { name: 'b', values: [null, null] },
        ],
        2,
      ),
    ).toEqual([1, null]);
  });
});

describe('axis', () => {
  it('leaves out labels that would overlap', () => {
    expect(labelEvery(24, 640, 64)).toBe(3);
    expect(labelEvery(3, 640, 64)).toBe(1);
    expect(labelEvery(0, 0, 64)).toBe(1);
  });

  it('finds the point under the pointer, within the plot', () => {
    expect([-5, 0, 99, 100, 550, 999].map((place) => pointAt(place, 600, 6))).toEqual([0, 0, 0, 1, 5, 5]);
  });
});

describe('quantile', () => {
  it('is one of the values, by nearest rank', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([30, 10, 20], 0.5)).toBe(20);
    expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
    expect(quantile([1, 2, 3, 4], 0)).toBe(1);
  });
});

describe('binValues', () => {
  it('counts each value once, in at most twelve bins that contain it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 60 }), (values) => {
        const bins = binValues(values);
        expect(bins.length).toBeLessThanOrEqual(12);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const { from, to, count } of bins) expect(values.filter((value) => value >= from && value < to)).toHaveLength(count);
      }),
    );
  });

  it('has round edges', () => {
    expect(binValues([])).toEqual([]);
    expect(binValues([5])).toEqual([{ from: 5, to: 6, count: 1 }]);
    expect(binValues([0, 130]).map(({ from }) => from)).toEqual([0, 20, 40, 60, 80, 100, 120]);
  });
});
