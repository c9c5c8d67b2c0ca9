/** Health trackers that exchange outcomes, some of them late. The clock is moved by hand. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { WINDOW_MS } from '../../src/state/outcome-window.ts';
import type { OutcomeKind } from '../../src/unified/endpoint-health.ts';
import { outcome } from './outcomes.ts';
import { ENDPOINT, trackEndpoint } from './tracked-endpoint.ts';

let { clock, health, report, fail, state, pause } = trackEndpoint();
beforeEach(() => {
  ({ clock, health, report, fail, state, pause } = trackEndpoint());
});

describe('report of an earlier outcome', () => {
  const late = (kind: OutcomeKind, agoMs: number) => health.report(ENDPOINT, outcome(kind, clock.nowMs() - agoMs));

  it('starts the pause at the time of the outcome', () => {
    late('failure', 500);
    late('failure', 500);
    late('failure', 500);
    expect([state(), pause()]).toEqual(['open', 500]);
  });

  it('does not change the circuit when the circuit changed after it', () => {
    fail(3);
    clock.advance(1000);
    report('success');
    clock.advance(100);
    for (let time = 0; time < 4; time++) late('failure', 600);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'closed', failures: 7 });
  });

  it('neither adds a failure before a success to the streak, nor ends a streak by a success before it', () => {
    clock.advance(5000);
    report('success');
    late('failure', 1000);
    late('failure', 1000);
    report('failure');
    expect(state()).toBe('closed');
    const other = createHealthTracker(clock);
    for (const [kind, agoMs] of [
      ['failure', 2],
      ['failure', 1],
      ['success', 9],
      ['failure', 0],
    ] as const) {
      other.report(ENDPOINT, outcome(kind, clock.nowMs() - agoMs));
    }
    expect(other.healthOf(ENDPOINT).state).toBe('open');
  });

  it('counts a future time as now', () => {
    for (let time = 0; time < 3; time++) late('failure', -60_000);
    expect([state(), pause(), health.healthOf(ENDPOINT).failures]).toEqual(['open', 1000, 3]);
  });
});

describe('snapshot and merge', () => {
  const other = () => createHealthTracker(clock);

  it('transfer counts, pauses, probes and waits', () => {
    fail(3);
    health.report('acme limited', outcome('limited', clock.nowMs(), { retryAfterMs: 9000 }));
    const there = other();
    there.merge(structuredClone(health.snapshot()));
    expect(there.healthOf(ENDPOINT)).toEqual(health.healthOf(ENDPOINT));
    expect(there.healthOf('acme limited')).toEqual(health.healthOf('acme limited'));
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    there.merge(health.snapshot());
    expect(there.claimProbe(ENDPOINT)).toBe(false);
    report('success');
    there.merge(health.snapshot());
    expect(there.healthOf(ENDPOINT).state).toBe('closed');
  });

  it('keep the later of two states', () => {
    fail(3);
    const old = health.snapshot();
    clock.advance(1000);
    report('success');
    health.merge(old);
    expect(state()).toBe('closed');
  });

  it('count an outcome that both trackers have once', () => {
    fail(2);
    const there = other();
    there.merge(health.snapshot());
    there.report(ENDPOINT, outcome('success', clock.nowMs()));
    health.merge(there.snapshot());
    expect(health.healthOf(ENDPOINT)).toMatchObject({ failures: 2, successes: 1 });
  });

  it('transfer only what has changed since a time', () => {
    report('success');
    clock.advance(WINDOW_MS / 2);
    expect(health.snapshot(clock.nowMs()).endpoints).toEqual([]);
    const sinceMs = clock.nowMs();
    report('success');
    expect(health.snapshot().endpoints[0]?.slots).toHaveLength(2);
    expect(health.snapshot(sinceMs).endpoints[0]?.slots).toHaveLength(1);
  });

  it('ignore a snapshot of another version', () => {
    fail(3);
    const there = other();
    there.merge({ ...health.snapshot(), layout: -1 });
    expect(there.healthOf(ENDPOINT).state).toBe('closed');
  });
});
