import { expect, it } from 'vitest';
import { mapChanged } from '../../src/lib/map-changed.ts';

it('mapChanged returns the list itself where nothing changed', () => {
  const list = [1, 2, 3];
  expect(mapChanged(list, (entry) => entry)).toBe(list);
  expect(mapChanged(list, (entry) => (entry === 2 ? 5 : entry))).toEqual([1, 5, 3]);
});
