/** Laws of the health tracker that hold for every history. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createHealthTracker,
  LONGEST_PAUSE_MS,
  LONGEST_RETRY_AFTER_MS,
  MAX_ENDPOINTS,
  PROBE_EXPIRES_MS,
  type SharedHealthTracker,
} from '../../src/state/circuit-breaker.ts';
import { SLOT_MS, WINDOW_MS } from '../../src/state/outcome-window.ts';
import type { Outcome, OutcomeKind, Percentiles } from '../../src/unified/endpoint-health.ts';
import { createFakeClock, type FakeClock } from '../support/fake-ports.ts';
import { outcome } from './outcomes.ts';

const SEED = 20_261_122;
const RUNS = 300;
const check = <Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>) =>
  fc.assert(property, { seed: SEED, numRuns: RUNS });

const KINDS = ['success', 'failure', 'limited'] as const;
const kind: fc.Arbitrary<OutcomeKind> = fc.oneof({ weight: 5, arbitrary: fc.constant('failure' as const) }, fc.constantFrom(...KINDS));
const measured = fc.option(fc.double({ min: 0, max: 2e6, noNaN: true }));
const endpoint = fc.constantFrom('a one', 'a two', 'b one');

/** A step of a history. `agoMs`: how late an outcome is reported. */
type Step =
  | { is: 'report'; endpoint: string; kind: OutcomeKind; agoMs: number; firstContentMs: number | null; tokensPerSecond: number | null }
  | { is: 'retry-after'; endpoint: string; kind: 'failure' | 'limited'; retryAfterMs: number }
  | { is: 'claim'; endpoint: string }
  | { is: 'wait'; ms: number };

const told = fc.record({
  is: fc.constant('report' as const),
  endpoint,
  kind,
  agoMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * WINDOW_MS })),
  firstContentMs: measured,
  tokensPerSecond: measured,
});
const claim = fc.record({ is: fc.constant('claim' as const), endpoint });
const wait = fc.record({
  is: fc.constant('wait' as const),
  ms: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 2 * WINDOW_MS })),
});
const retryAfter = fc.record({
  is: fc.constant('retry-after' as const),
  endpoint,
  kind: fc.constantFrom('failure' as const, 'limited' as const),
  retryAfterMs: fc.double({ min: -1e4, max: 1e9 }),
});
const history = fc.array(fc.oneof({ weight: 6, arbitrary: told }, claim, { weight: 2, arbitrary: wait }), { maxLength: 80 });
const anyHistory = fc.array(fc.oneof({ weight: 6, arbitrary: told }, claim, { weight: 2, arbitrary: wait }, retryAfter), { maxLength: 80 });

/** The outcome of a step; null when it is none. */
function outcomeOf(step: Step, nowMs: number): Outcome | null {
  if (step.is === 'retry-after') return outcome(step.kind, nowMs, { retryAfterMs: step.retryAfterMs });
  if (step.is !== 'report') return null;
  const { firstContentMs, tokensPerSecond } = step;
  return outcome(step.kind, nowMs - step.agoMs, { firstContentMs, tokensPerSecond });
}

/** Plays one step. True when it was a claim that succeeded. */
function play(step: Step, health: SharedHealthTracker, clock: FakeClock): boolean {
  if (step.is === 'wait') clock.advance(step.ms);
  if (step.is === 'claim') return health.claimProbe(step.endpoint);
  const ended = outcomeOf(step, clock.nowMs());
  if (ended !== null && step.is !== 'wait') health.report(step.endpoint, ended);
  return false;
}

const ENDPOINTS = ['a one', 'a two', 'b one'];
const sorted = (book: SharedHealthTracker) => {
  const { endpoints, ...rest } = book.snapshot();
  return { ...rest, endpoints: endpoints.sort((one, other) => (one.endpoint < other.endpoint ? -1 : 1)) };
};

describe('createHealthTracker counts', () => {
  it('the same as a list of all outcomes', () => {
    check(
      fc.property(history, (steps) => {
        const clock = createFakeClock();
        const health = createHealthTracker(clock);
        const all: { endpoint: string; ended: Outcome }[] = [];
        for (const step of steps) {
          play(step, health, clock);
          const ended = outcomeOf(step, clock.nowMs());
          if (ended !== null && step.is === 'report') all.push({ endpoint: step.endpoint, ended });
        }
        const oldest = Math.floor(clock.nowMs() / SLOT_MS) * SLOT_MS - WINDOW_MS + SLOT_MS;
        for (const name of ENDPOINTS) {
          const recent = all.filter(({ endpoint, ended }) => endpoint === name && ended.atMs >= oldest);
          const of = (...kinds: OutcomeKind[]) => recent.filter(({ ended }) => kinds.includes(ended.kind)).length;
          const { successes, failures, limited, uptime } = health.healthOf(name);
          expect({ successes, failures, limited }).toEqual({
            successes: of('success'),
            failures: of('failure'),
            limited: of('limited'),
          });
          expect(uptime).toBe(successes + failures === 0 ? null : successes / (successes + failures));
        }
      }),
    );
  });

  it('the same in any order of reports within a slot', () => {
    const outcomes = fc.array(fc.record({ kind, firstContentMs: measured, tokensPerSecond: measured }), { minLength: 1, maxLength: 30 });
    const shuffled = outcomes.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    check(
      fc.property(shuffled, (orders) => {
        const [one, other] = orders.map((order) => {
          const clock = createFakeClock();
          const health = createHealthTracker(clock);
          for (const { kind: which, ...more } of order) health.report('a one', outcome(which, clock.nowMs(), more));
          const { state: _, untilMs: __, ...figures } = health.healthOf('a one');
          return { figures, slots: health.snapshot().endpoints[0]?.slots };
        });
        expect(one).toEqual(other);
      }),
    );
  });

  it('percentiles within 9 % of those of a sorted list', () => {
    const values = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    check(
      fc.property(values, (list) => {
        const clock = createFakeClock();
        const health = createHealthTracker(clock);
        for (const value of list)
          health.report('a one', outcome('success', clock.nowMs(), { firstContentMs: value, tokensPerSecond: value }));
        const { firstContentMs, tokensPerSecond } = health.healthOf('a one');
        const near = (actual: Percentiles | null, better: readonly number[]) => {
          for (const [key, share] of [
            ['p50', 0.5],
            ['p75', 0.75],
            ['p90', 0.9],
            ['p99', 0.99],
          ] as const) {
            const exact = better[Math.ceil(list.length * share) - 1]!;
            expect(Math.abs(actual![key] / exact - 1)).toBeLessThan(0.1);
          }
        };
        const rising = [...list].sort((one, other) => one - other);
        near(firstContentMs, rising);
        near(tokensPerSecond, rising.reverse());
      }),
    );
  });
});

describe('createHealthTracker circuits', () => {
  it('grant one probe at a time, until a report or the probe timeout', () => {
    const overlaps = (steps: readonly Step[]) => {
      const clock = createFakeClock();
      const health = createHealthTracker(clock);
      const probedUntil = new Map<string, number>();
      const found: Step[] = [];
      for (const step of steps) {
        const isProbe = play(step, health, clock);
        if (step.is === 'wait') continue;
        if (isProbe && (probedUntil.get(step.endpoint) ?? 0) > clock.nowMs()) found.push(step);
        if (isProbe) probedUntil.set(step.endpoint, clock.nowMs() + PROBE_EXPIRES_MS);
        else if (step.is !== 'claim') probedUntil.delete(step.endpoint);
      }
      return found;
    };
    check(fc.property(anyHistory, (steps) => void expect(overlaps(steps)).toEqual([])));
  });

  it('grant a claim exactly when half-open, and stay open until untilMs', () => {
    const surprises = (steps: readonly Step[]) => {
      const clock = createFakeClock();
      const health = createHealthTracker(clock);
      return steps.filter((step) => {
        const before = step.is === 'wait' ? null : health.healthOf(step.endpoint);
        const isProbe = play(step, health, clock);
        const isWrongClaim = step.is === 'claim' && isProbe !== (before?.state === 'half-open');
        const isWrongTime = ENDPOINTS.map((name) => health.healthOf(name)).some(({ state, untilMs }) =>
          state === 'open' ? untilMs === null || untilMs <= clock.nowMs() : untilMs !== null,
        );
        return isWrongClaim || isWrongTime;
      });
    };
    check(fc.property(anyHistory, (steps) => void expect(surprises(steps)).toEqual([])));
  });

  it('pause at most 30 seconds, or the requested time up to five minutes', () => {
    const longest = (steps: readonly Step[]) => {
      const clock = createFakeClock();
      const health = createHealthTracker(clock);
      let pauseMs = 0;
      for (const step of steps) {
        play(step, health, clock);
        for (const name of ENDPOINTS) pauseMs = Math.max(pauseMs, (health.healthOf(name).untilMs ?? 0) - clock.nowMs());
      }
      return pauseMs;
    };
    check(fc.property(history, (steps) => void expect(longest(steps)).toBeLessThanOrEqual(LONGEST_PAUSE_MS)));
    check(fc.property(anyHistory, (steps) => void expect(longest(steps)).toBeLessThanOrEqual(LONGEST_RETRY_AFTER_MS)));
  });

  it('close after five minutes without reports and one successful probe', () => {
    check(
      fc.property(anyHistory, (steps) => {
        const clock = createFakeClock();
        const health = createHealthTracker(clock);
        for (const step of steps) play(step, health, clock);
        clock.advance(WINDOW_MS);
        for (const name of ENDPOINTS) {
          expect(health.healthOf(name).state).not.toBe('open');
          health.claimProbe(name);
          health.report(name, outcome('success', clock.nowMs()));
          expect(health.healthOf(name).state).toBe('closed');
        }
      }),
    );
  });
});

describe('createHealthTracker late reports', () => {
  it('reach the same state as immediate reports in the same order', () => {
    const soon = fc.record({ is: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 8000 }) });
    const promptly = told.map((step) => ({ ...step, agoMs: 0 }));
    const steps = fc.array(fc.oneof({ weight: 4, arbitrary: promptly }, claim, { weight: 3, arbitrary: soon }, retryAfter), {
      maxLength: 30,
    });
    check(
      fc.property(steps, (history) => {
        const clock = createFakeClock();
        const [first, later] = [createHealthTracker(clock), createHealthTracker(clock)];
        const heard: (() => void)[] = [];
        for (const step of history) {
          const isProbe = play(step, first, clock);
          const ended = outcomeOf(step, clock.nowMs());
          if (step.is !== 'wait' && ended !== null) heard.push(() => later.report(step.endpoint, ended));
          if (step.is === 'claim' && isProbe) heard.push(() => later.claimProbe(step.endpoint));
        }
        for (const tell of heard) tell();
        const withoutProbes = (book: SharedHealthTracker) =>
          sorted(book).endpoints.map((entry) => ({ ...entry, trust: { ...entry.circuit, probeUntilMs: null } }));
        expect(withoutProbes(later)).toEqual(withoutProbes(first));
      }),
    );
  });
});

describe('createHealthTracker memory', () => {
  it('per endpoint does not grow with its traffic', () => {
    check(
      fc.property(anyHistory, (steps) => {
        const clock = createFakeClock();
        const health = createHealthTracker(clock);
        for (const step of steps) play(step, health, clock);
        for (const { slots } of health.snapshot().endpoints) {
          expect(slots.length).toBeLessThanOrEqual(WINDOW_MS / SLOT_MS + 1);
          for (const { counts } of slots) expect(counts.length).toBeLessThanOrEqual(2 * 165);
        }
      }),
    );
  });

  it('does not grow with endpoints that clients invent', () => {
    const clock = createFakeClock();
    const health = createHealthTracker(clock);
    for (let index = 0; index < 3 * MAX_ENDPOINTS; index++) {
      health.report(`acme ${index}`, outcome('success', clock.nowMs(), { firstContentMs: index, tokensPerSecond: index }));
      clock.advance(100);
    }
    expect(health.snapshot().endpoints).toHaveLength(MAX_ENDPOINTS);
  });
});

describe('createHealthTracker merge', () => {
  /** Three books with histories of their own, of the same few minutes. */
  const books = fc.tuple(anyHistory, anyHistory, anyHistory).map((histories) => {
    const clock = createFakeClock();
    const startMs = clock.nowMs();
    const made = histories.map((steps) => {
      const own = createFakeClock(startMs);
      const health = createHealthTracker(own);
      for (const step of steps) if (step.is !== 'wait' || own.nowMs() + step.ms < startMs + WINDOW_MS) play(step, health, own);
      return health.snapshot();
    });
    clock.advance(WINDOW_MS);
    return { clock, snapshots: made };
  });
  const merged = (clock: FakeClock, ...snapshots: ReturnType<SharedHealthTracker['snapshot']>[]) => {
    const health = createHealthTracker(clock);
    for (const snapshot of snapshots) health.merge(structuredClone(snapshot));
    return health;
  };

  it('is commutative, associative and idempotent', () => {
    check(
      fc.property(books, ({ clock, snapshots: [one, two, three] }) => {
        const all = sorted(merged(clock, one!, two!, three!));
        expect(sorted(merged(clock, three!, one!, two!))).toEqual(all);
        expect(sorted(merged(clock, one!, merged(clock, two!, three!).snapshot()))).toEqual(all);
        expect(sorted(merged(clock, one!, two!, one!, three!, two!, three!))).toEqual(all);
      }),
    );
  });

  it('counts at most the sum of both trackers, and at least each of them', () => {
    check(
      fc.property(books, ({ clock, snapshots: [one, two] }) => {
        const [first, second, both] = [merged(clock, one!), merged(clock, two!), merged(clock, one!, two!)];
        for (const name of ENDPOINTS) {
          for (const count of ['successes', 'failures', 'limited'] as const) {
            const [a, b, c] = [first, second, both].map((book) => book.healthOf(name)[count]);
            expect(c).toBeGreaterThanOrEqual(Math.max(a!, b!));
            expect(c).toBeLessThanOrEqual(a! + b!);
          }
        }
      }),
    );
  });
});
