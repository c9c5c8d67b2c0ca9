/** FailoverBench's sixteen faults, played to the built Worker for clients that do not stream. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BENCH, BENCH_VARIABLES } from '../faults/bench.ts';
import { ask } from '../faults/client.ts';
import { bodyOf, runCases, type Outcome } from '../faults/run-case.ts';
import { casesOf, openFaultHarness, type FaultHarness } from '../faults/harness.ts';
import { until } from './harness.ts';

/** No test depends on speed. */
const SLACK = 20;

const CASES = casesOf(BENCH);
let harness: FaultHarness;
let outcomes: ReadonlyMap<string, Outcome>;

beforeAll(async () => {
  harness = await openFaultHarness(CASES, BENCH_VARIABLES);
  outcomes = new Map((await runCases(harness.cases, SLACK)).map((outcome) => [outcome.one.id, outcome]));
});
afterAll(() => harness.stop());

describe('FailoverBench without a stream:', () => {
  it.each(CASES)('$row.name', ({ id }) => {
    const { got, seen, complaints } = outcomes.get(id) ?? {};
    expect({ got, seen, complaints }).toEqual({ got, seen, complaints: [] });
  });

  it('an endpoint that is down is skipped although its model comes first, and called again when it has recovered', async () => {
    const one = harness.cases.find(({ row }) => row.name.startsWith('S15'));
    if (one === undefined) throw new Error('no such row');
    const [first] = one.endpoints;
    // Twice for the first request, once for the second, and then not before a second has passed.
    const [, , third, fourth] = first?.upstream.arrivals ?? [];
    expect(third?.behaviour).toBe('503');
    expect(fourth === undefined || fourth.atMs - (third?.atMs ?? 0) >= 900).toBe(true);
    await until('the first endpoint to serve again', async () => {
      const { provider } = await ask(one.routerUrl, bodyOf(one), null);
      return provider === first?.name ? true : undefined;
    });
  });
});
