/** The health tracker of one isolate exchanges outcomes with a shared one, in the background of requests. The shared one is a stub here. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import {
  AFTER_ERROR_MS,
  createSharedHealth,
  MAX_WAITING,
  PACE_MS,
  type HealthReport,
  type HealthStub,
} from '../../src/platform/shared-health.ts';
import { GRACE_MS } from '../../src/platform/delayed-work.ts';
import { createHealthTracker, type SharedHealthTracker } from '../../src/state/circuit-breaker.ts';
import type { HealthTracker } from '../../src/unified/endpoint-health.ts';
import { outcome } from '../state/outcomes.ts';
import { createFakeClock, turn, type FakeClock } from '../support/fake-ports.ts';

const ENDPOINT = 'acme model-1';

let clock: FakeClock;
/** The shared tracker, and the exchanges with it. */
let book: SharedHealthTracker;
let asked: { reports: readonly HealthReport[]; sinceMs: number; atMs: number }[];
/** Set to let exchanges fail or hang. */
let mood: 'well' | 'down' | 'unreachable' | 'silent';
/** Work that outlives its request. */
let kept: Promise<unknown>[];

const stub: HealthStub = {
  async exchange(reports, sinceMs) {
    asked.push({ reports: structuredClone(reports), sinceMs, atMs: clock.nowMs() });
    if (mood === 'down') throw new Error('the object is down');
    if (mood === 'silent') await new Promise(() => undefined);
    for (const { endpoint, outcome: ended } of reports) {
      if (ended === null) book.claimProbe(endpoint);
      else book.report(endpoint, ended);
    }
    return structuredClone(book.snapshot(sinceMs));
  },
};
const connect = () => {
  if (mood === 'unreachable') throw new Error('no such object');
  return stub;
};
const isolate = () => createSharedHealth(createHealthTracker(clock), { connect, clock, background: (work) => void kept.push(work) });
const fail = (health: HealthTracker, times = 1) => {
  for (let time = 0; time < times; time++) health.report(ENDPOINT, outcome('failure', clock.nowMs()));
};
/** Lets time pass in small steps, and everything happen that falls due. */
const pass = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(Math.min(500, ms - passed));
    await turn();
  }
};

beforeEach(() => {
  clock = createFakeClock();
  book = createHealthTracker(clock);
  asked = [];
  kept = [];
  mood = 'well';
});

describe('createSharedHealth', () => {
  it('passes outcomes of one isolate to another', async () => {
    const [one, two] = [isolate(), isolate()];
    fail(one, 3);
    await pass(PACE_MS);
    expect(two.healthOf(ENDPOINT).state).toBe('closed'); // it answers at once, from its own book
    await pass(1);
    expect(two.healthOf(ENDPOINT)).toMatchObject({ failures: 3, uptime: 0 });
    expect(two.healthOf(ENDPOINT).state).not.toBe('closed');
  });

  it('adds the outcomes of isolates, and counts none twice', async () => {
    const isolates = [isolate(), isolate(), isolate()];
    for (const one of isolates) fail(one, 1);
    for (let round = 0; round < 5; round++) {
      for (const one of isolates) one.healthOf(ENDPOINT);
      await pass(PACE_MS);
    }
    expect(isolates.map((one) => one.healthOf(ENDPOINT).failures)).toEqual([3, 3, 3]);
    expect(isolates.map((one) => one.healthOf(ENDPOINT).state)).toEqual(['half-open', 'half-open', 'half-open']);
  });

  it('lets one isolate probe at a time, after an exchange', async () => {
    const [one, two] = [isolate(), isolate()];
    fail(one, 3);
    two.healthOf(ENDPOINT);
    await pass(PACE_MS);
    two.healthOf(ENDPOINT);
    await pass(PACE_MS);
    expect(one.claimProbe(ENDPOINT)).toBe(true);
    await pass(PACE_MS);
    two.healthOf(ENDPOINT);
    await pass(PACE_MS);
    expect(two.claimProbe(ENDPOINT)).toBe(false);
    one.report(ENDPOINT, outcome('success', clock.nowMs()));
    await pass(PACE_MS);
    two.healthOf(ENDPOINT);
    await pass(PACE_MS);
    expect(two.healthOf(ENDPOINT).state).toBe('closed');
  });

  it('reaches the same circuit state as an isolate with all outcomes', async () => {
    const health = isolate();
    fail(health, 3);
    health.healthOf(ENDPOINT);
    await pass(1);
    fail(health, 1);
    await pass(1000);
    health.claimProbe(ENDPOINT);
    health.report(ENDPOINT, outcome('success', clock.nowMs()));
    const known = health.healthOf(ENDPOINT);
    expect(known.state).toBe('closed');
    await pass(PACE_MS);
    expect(book.healthOf(ENDPOINT)).toEqual(known);
    expect(health.healthOf(ENDPOINT)).toEqual(known);
  });

  it('gives each isolate every outcome once, in the end', async () => {
    const steps = fc.array(
      fc.record({
        isolate: fc.nat(2),
        kind: fc.constantFrom('success', 'failure', 'limited'),
        waitMs: fc.nat(3000),
        isReading: fc.boolean(),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        clock = createFakeClock();
        book = createHealthTracker(clock);
        const isolates = [isolate(), isolate(), isolate()];
        const total = { success: 0, failure: 0, limited: 0 };
        for (const step of history) {
          const one = isolates[step.isolate]!;
          if (step.isReading) one.healthOf(ENDPOINT);
          one.report(ENDPOINT, outcome(step.kind, clock.nowMs()));
          total[step.kind as 'success']++;
          clock.advance(step.waitMs);
          await turn();
          for (const { healthOf } of isolates) expect(healthOf(ENDPOINT).failures).toBeLessThanOrEqual(total.failure);
        }
        for (let round = 0; round < 3; round++) {
          for (const { healthOf } of isolates) healthOf(ENDPOINT);
          await pass(PACE_MS);
        }
        for (const { healthOf } of isolates) {
          expect(healthOf(ENDPOINT)).toMatchObject({ successes: total.success, failures: total.failure, limited: total.limited });
        }
      }),
      { seed: 20_261_122, numRuns: 40 },
    );
  });
});

describe('createSharedHealth exchanges', () => {
  it('do not delay a request', () => {
    const health = isolate();
    health.healthOf(ENDPOINT);
    fail(health, 3);
    health.claimProbe(ENDPOINT);
    expect(asked).toEqual([]);
    expect(kept).toHaveLength(1);
  });

  it('happen once for a thousand requests in a second', async () => {
    const health = isolate();
    health.healthOf(ENDPOINT);
    await pass(1);
    asked = [];
    for (let request = 0; request < 100; request++) {
      health.healthOf(ENDPOINT);
      fail(health);
      clock.advance(1);
      await turn();
    }
    await pass(PACE_MS);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.reports).toHaveLength(100);
  });

  it('keep health current while requests arrive, and do not run without requests', async () => {
    const health = isolate();
    for (let second = 0; second < 20; second++) {
      health.healthOf(ENDPOINT);
      await pass(1000);
    }
    const gaps = asked.slice(1).map(({ atMs }, index) => atMs - asked[index]!.atMs);
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE_MS);
    const before = asked.length;
    await pass(60_000);
    expect(asked).toHaveLength(before);
    expect(clock.pending()).toBe(0);
  });

  it('include reports of a running exchange in the next one', async () => {
    const health = isolate();
    mood = 'silent';
    fail(health);
    await pass(1);
    fail(health, 2);
    mood = 'well';
    await pass(PACE_MS);
    expect(asked.map(({ reports }) => reports.length)).toEqual([1, 2]);
  });
});

describe('createSharedHealth errors', () => {
  it.each(['down', 'unreachable'] as const)('(%s) keep the own outcomes, and throw nothing', async (how) => {
    mood = how;
    const health = isolate();
    fail(health, 3);
    await pass(PACE_MS);
    await expect(Promise.all(kept)).resolves.toBeDefined();
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'half-open', failures: 3 });
  });

  it('pause the exchange, and send later reports with the next one', async () => {
    mood = 'down';
    const health = isolate();
    fail(health);
    await pass(1);
    expect(asked).toHaveLength(1);
    mood = 'well';
    for (let second = 0; second < AFTER_ERROR_MS / 1000 - PACE_MS / 1000; second++) {
      fail(health);
      await pass(1000);
    }
    expect(asked).toHaveLength(1);
    await pass(PACE_MS);
    fail(health);
    await pass(1000);
    expect(asked.map(({ reports }) => reports.length)).toEqual([1, 9]);
  });

  it('bound the waiting reports to the newest', async () => {
    const health = isolate();
    for (let index = 0; index < MAX_WAITING + 5; index++) health.report(`acme ${index}`, outcome('success', clock.nowMs()));
    await pass(1);
    expect(asked[0]?.reports).toHaveLength(MAX_WAITING);
    expect(asked[0]?.reports.at(-1)?.endpoint).toBe(`acme ${MAX_WAITING + 4}`);
  });

  it('do not stop the exchange for ever when a request ends with its timers', async () => {
    let isTornDown = true;
    const torn = { ...clock, setTimer: (delayMs: number, run: () => void) => clock.setTimer(delayMs, () => isTornDown || run()) };
    const health = createSharedHealth(createHealthTracker(clock), { connect, clock: torn, background: () => undefined });
    fail(health);
    await pass(GRACE_MS);
    expect(asked).toEqual([]);
    isTornDown = false;
    fail(health);
    await pass(1);
    expect(asked[0]?.reports).toHaveLength(2);
  });

  it('do not stop the exchange when a request cannot be kept alive', async () => {
    const refuse = () => {
      throw new TypeError('no request is at hand');
    };
    const health = createSharedHealth(createHealthTracker(clock), { connect, clock, background: refuse });
    expect(() => fail(health)).not.toThrow();
    await pass(1);
    expect(asked).toHaveLength(1);
  });

  it('ignore an invalid answer', async () => {
    const nonsense: HealthStub = { exchange: async () => null as never };
    const health = createSharedHealth(createHealthTracker(clock), {
      connect: () => nonsense,
      clock,
      background: (work) => void kept.push(work),
    });
    fail(health);
    await pass(1);
    await expect(Promise.all(kept)).resolves.toBeDefined();
    expect(health.healthOf(ENDPOINT).failures).toBe(1);
  });
});
