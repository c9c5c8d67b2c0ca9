/** The arithmetic of the tables. */
import { describe, expect, it } from 'vitest';
import { median, medianRatio, present, quantile } from './statistics.ts';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNull();
  });

  it('does not sort its argument', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

it('quantile returns one of the values', () => {
  const values = Array.from({ length: 100 }, (_, place) => place);
  expect(quantile(values, 0.99)).toBe(99);
  expect(quantile(values, 0)).toBe(0);
  expect(quantile([], 0.5)).toBeNull();
});

it('medianRatio compares within a round and skips rounds that lack a value', () => {
  expect(medianRatio([10, 40, 90], [10, 20, 30])).toBe(2);
  expect(medianRatio([10, null, 90], [10, 20, 30])).toBe(2);
  expect(medianRatio([10, 20], [0, 10])).toBe(2);
  expect(medianRatio([1], [])).toBeNull();
  expect(present([1, null, 0])).toEqual([1, 0]);
});
