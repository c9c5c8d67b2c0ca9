/** Holds what a request and an event cost to the budgets of `budgets.ts`. Counts only: nothing here depends on time or on the machine. */
import { beforeAll, describe, expect, it } from 'vitest';
import { BUDGETS } from './budgets.ts';
import { faultsOf, type Budgets } from './compare.ts';
import type { Counts } from './measure.ts';
import { countRows } from './run.ts';

const LONG_MS = 240_000;

const READS = 'stream, one event per read';

let measured: Budgets;
let wasteful: Budgets;
beforeAll(async () => {
  measured = await countRows();
  wasteful = await countRows(READS, true);
}, LONG_MS);

it('counts promises, timers, calls of the platform and objects within a fifth of their budgets', () => {
  expect(faultsOf(measured, BUDGETS)).toEqual([]);
});

it('fails where each read of a stream takes four more promises and two more objects', () => {
  const plain = Object.fromEntries(Object.entries(measured).filter(([name]) => name === READS));
  expect(Object.keys(plain)).toEqual([READS]);
  expect(faultsOf(wasteful, plain)).toContainEqual(
    expect.stringMatching(/^stream, one event per read, for each event: [\d.]+ promises, .* added/),
  );
});

describe('faultsOf', () => {
  const counts: Counts = { promises: 10, timers: 0, signals: 1, calls: 5, objects: 100, bytes: 1000 };
  const budgets = { row: { request: counts, event: null } };
  const faults = (changes: Partial<Counts>) => faultsOf({ row: { request: { ...counts, ...changes }, event: null } }, budgets);

  it('accepts a fifth more and a sixth less', () => expect(faults({ promises: 12, bytes: 834 })).toEqual([]));

  it('reports what is more than a fifth over its budget', () =>
    expect(faults({ timers: 1, objects: 121 })).toEqual([
      'row, for each request: 1 timers, and the budget is 0. Find what was added (npm run budget shows it)',
      'row, for each request: 121 objects, and the budget is 100. Find what was added (npm run budget shows it)',
    ]));

  it('asks for a lower budget where less is needed', () =>
    expect(faults({ promises: 8 })).toEqual([
      'row, for each request: 8 promises, and the budget is 10. Lower it: npm run budget -- --write',
    ]));

  it('reports rows without a budget and budgets without a row', () => {
    expect(faultsOf(budgets, {})).toEqual(['row: it has no budget']);
    expect(faultsOf({}, budgets)).toEqual(['row: it has a budget and is not measured; delete it']);
  });
});
