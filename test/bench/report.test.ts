/** The columns of a row that has a target. */
import { expect, it } from 'vitest';
import { wantedCells } from './report.ts';

it('wantedCells compares with the peer in each round, and is empty without it', () => {
  const values = { tributary: [8, 9, 30], portkey: [10, 10, 20] };
  expect(wantedCells(values, 0.9)).toEqual({ 'of portkey': 'x0.90', wanted: 'x0.9', '': 'ok' });
  expect(wantedCells(values, 0.8)).toMatchObject({ '': 'OVER' });
  expect(wantedCells(values, null)).toEqual({ 'of portkey': 'x0.90', wanted: '', '': '' });
  expect(wantedCells({ tributary: [8] }, 0.9)).toEqual({});
});
