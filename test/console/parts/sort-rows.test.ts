/** Sorted rows of tables. */
import { describe, expect, it } from 'vitest';
import { sortRows } from '../../../src/console/parts/sort-rows.ts';

describe('sortRows', () => {
  const sort = (values: (string | number | null)[], isDescending = false) => sortRows(values, (value) => value, isDescending);

  it('sorts numbers as numbers and numbers in texts by value', () => {
    expect(sort([10, 9, 2])).toEqual([2, 9, 10]);
    expect(sort(['gpt-10', 'gpt-9'])).toEqual(['gpt-9', 'gpt-10']);
  });

  it('puts what is not known last in either order', () => {
    expect(sort([null, 2, 1])).toEqual([1, 2, null]);
    expect(sort([null, 1, 2], true)).toEqual([2, 1, null]);
  });

  it('keeps the order of equal rows and changes nothing in place', () => {
    const rows = [
      { key: 1, name: 'b' },
      { key: 1, name: 'a' },
    ];
    expect(sortRows(rows, ({ key }) => key, true).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(rows[0]?.name).toBe('b');
  });
});
