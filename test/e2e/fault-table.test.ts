/** The fault table, as tests: the same cases that `npm run test:faults` prints a scorecard of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomRows } from '../faults/random-rows.ts';
import { runCases, type Outcome } from '../faults/run-case.ts';
import { casesOf, openFaultHarness, type FaultHarness } from '../faults/harness.ts';
import { TABLE } from '../faults/table.ts';

const CASES = casesOf([...TABLE, ...randomRows()]);
const ROWS = [...Map.groupBy(CASES, ({ row }) => row.name)].map(([row, cases]) => ({ row, cases }));

/** No test depends on speed: what takes too long is for the scorecard to say. */
const SLACK = 20;

let harness: FaultHarness;
/** By id of the case. They wait for deadlines, so they run side by side before anything is looked at. */
let outcomes: ReadonlyMap<string, Outcome>;

beforeAll(async () => {
  harness = await openFaultHarness(CASES);
  outcomes = new Map((await runCases(harness.cases, SLACK)).map((outcome) => [outcome.one.id, outcome]));
}, 300_000);
afterAll(() => harness.stop());

describe.each(ROWS)('$row', ({ cases }) => {
  it.each(cases)('$setup, $mode', ({ id }) => {
    const { got, seen, complaints } = outcomes.get(id) ?? {};
    expect({ got, seen, complaints }).toEqual({ got, seen, complaints: [] });
  });
});
