/** The circuit breakers of endpoints: when one opens, for how long, and how it closes again. The clock is moved by hand. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  FAILURES_IN_A_ROW,
  LONGEST_PAUSE_MS,
  LONGEST_RETRY_AFTER_MS,
  MAX_ENDPOINTS,
  MAX_NAME_CHARACTERS,
  PROBE_EXPIRES_MS,
  RELAPSE_MS,
} from '../../src/state/circuit-breaker.ts';
import { RECENT_MS, SLOT_MS, WINDOW_MS } from '../../src/state/outcome-window.ts';
import { outcome } from './outcomes.ts';
import { ENDPOINT, trackEndpoint } from './tracked-endpoint.ts';

let { clock, health, report, fail, state, pause } = trackEndpoint();
beforeEach(() => {
  ({ clock, health, report, fail, state, pause } = trackEndpoint());
});

describe('healthOf an unknown endpoint', () => {
  it('is closed and has no figures', () => {
    expect(health.healthOf(ENDPOINT)).toEqual({
      state: 'closed',
      untilMs: null,
      successes: 0,
      failures: 0,
      limited: 0,
      uptime: null,
      firstContentMs: null,
      tokensPerSecond: null,
    });
  });

  it('does not store the endpoint', () => {
    health.healthOf(ENDPOINT);
    expect(health.claimProbe(ENDPOINT)).toBe(false);
    expect(health.snapshot().endpoints).toEqual([]);
  });
});

describe('a circuit opens', () => {
  it('after three consecutive failures', () => {
    fail(FAILURES_IN_A_ROW - 1);
    expect(state()).toBe('closed');
    fail(1);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'open', untilMs: clock.nowMs() + 1000, failures: 3, uptime: 0 });
  });

  it('for one endpoint only', () => {
    fail(3);
    expect(health.healthOf('acme model-2').state).toBe('closed');
  });

  it('after consecutive failures that a rate limit does not interrupt and a success does', () => {
    for (let time = 0; time < 3; time++) report('success');
    fail(2);
    report('success');
    fail(2);
    expect(state()).toBe('closed');
    report('limited', { retryAfterMs: 1 });
    clock.advance(1);
    expect(state()).toBe('closed');
    fail(1);
    expect(state()).toBe('open');
  });

  it('when more than half of at least five outcomes of the last minute failed', () => {
    for (const kind of ['failure', 'failure', 'success', 'failure'] as const) report(kind);
    expect(state()).toBe('closed'); // three of four, but four are too few
    report('success');
    expect(state()).toBe('closed'); // three of five, but it has just answered
    report('failure');
    expect(state()).toBe('open');
  });

  it('not when exactly half failed', () => {
    for (let round = 0; round < 10; round++) {
      report('success');
      report('failure');
    }
    expect(state()).toBe('closed');
  });

  it('not for failures older than a minute', () => {
    for (let round = 0; round < 4; round++) {
      report('success');
      fail(1);
    }
    report('success');
    clock.advance(RECENT_MS + SLOT_MS);
    fail(2);
    report('success');
    fail(1);
    expect(state()).toBe('closed'); // three of four; with those before, seven of thirteen
    expect(health.healthOf(ENDPOINT)).toMatchObject({ failures: 7, successes: 6 });
  });

  it('for a pause that failures of earlier calls do not extend', () => {
    fail(40);
    expect(pause()).toBe(1000);
    expect(health.healthOf(ENDPOINT).failures).toBe(40);
  });

  it('for a pause that a success of an earlier call does not shorten', () => {
    fail(3);
    report('success');
    expect(pause()).toBe(1000);
  });
});

describe('a half-open circuit', () => {
  it('grants one probe at a time', () => {
    fail(3);
    expect(health.claimProbe(ENDPOINT)).toBe(false);
    clock.advance(1000);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'half-open', untilMs: null });
    expect([health.claimProbe(ENDPOINT), health.claimProbe(ENDPOINT)]).toEqual([true, false]);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'open', untilMs: clock.nowMs() + PROBE_EXPIRES_MS });
  });

  it('closes after a successful probe', () => {
    fail(3);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    report('success');
    expect(state()).toBe('closed');
    expect(health.claimProbe(ENDPOINT)).toBe(false);
  });

  it('excludes old failures from the failure rate but not from the uptime', () => {
    fail(9);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    report('success');
    fail(2);
    expect(state()).toBe('closed');
    expect(health.healthOf(ENDPOINT)).toMatchObject({ successes: 1, failures: 11, uptime: 1 / 12 });
    fail(1);
    expect(state()).toBe('open');
  });

  it('doubles the pause after every failed probe, up to 30 seconds', () => {
    fail(3);
    const pauses = [];
    for (let probe = 0; probe < 8; probe++) {
      pauses.push(pause());
      clock.advance(pause() ?? 0);
      expect(health.claimProbe(ENDPOINT)).toBe(true);
      fail(1);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, LONGEST_PAUSE_MS, LONGEST_PAUSE_MS, LONGEST_PAUSE_MS]);
  });

  it('counts an unclaimed failure after the pause as a failed probe', () => {
    fail(3);
    clock.advance(1000);
    fail(1);
    expect(pause()).toBe(2000);
  });

  it('gives a relapse within a minute the next longer pause, a later one the first', () => {
    const recover = () => {
      clock.advance(pause() ?? 0);
      health.claimProbe(ENDPOINT);
      report('success');
    };
    fail(3);
    recover();
    clock.advance(RELAPSE_MS - 1);
    fail(3);
    expect(pause()).toBe(2000);
    recover();
    clock.advance(RELAPSE_MS);
    fail(3);
    expect(pause()).toBe(1000);
  });

  it('grants a new probe when the last one never reported', () => {
    fail(3);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    clock.advance(PROBE_EXPIRES_MS - 1);
    expect([state(), health.claimProbe(ENDPOINT)]).toEqual(['open', false]);
    clock.advance(1);
    expect([state(), health.claimProbe(ENDPOINT)]).toEqual(['half-open', true]);
  });

  it('does not close by time alone', () => {
    fail(3);
    clock.advance(60 * 60_000);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'half-open', failures: 0, uptime: null });
  });
});

describe('a rate-limited endpoint', () => {
  it('is open for the requested time, then closed without a probe', () => {
    report('limited', { retryAfterMs: 7000 });
    expect(pause()).toBe(7000);
    clock.advance(7000);
    expect(state()).toBe('closed');
    expect(health.healthOf(ENDPOINT)).toMatchObject({ limited: 1, failures: 0, successes: 0, uptime: null });
  });

  it('is never counted as failed', () => {
    for (let time = 0; time < 50; time++) report('limited', { retryAfterMs: 1 });
    clock.advance(1);
    expect(state()).toBe('closed');
  });

  it('is open for at most five minutes', () => {
    report('limited', { retryAfterMs: 86_400_000 });
    expect(pause()).toBe(LONGEST_RETRY_AFTER_MS);
  });

  it('is open for the longest of several waits', () => {
    report('limited', { retryAfterMs: 9000 });
    report('limited', { retryAfterMs: 2000 });
    report('limited');
    expect(pause()).toBe(9000);
  });

  it('without a requested time is open for 1, 2, 4, ... seconds until a success', () => {
    const pauses = [];
    for (let time = 0; time < 7; time++) {
      report('limited');
      pauses.push(pause());
      clock.advance(pause() ?? 0);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    report('success');
    report('limited');
    expect(pause()).toBe(1000);
  });

  it('counts calls that were limited together as one limit', () => {
    for (let time = 0; time < 30; time++) {
      report('limited');
      clock.advance(10);
    }
    expect(pause()).toBe(700);
  });

  it.each([NaN, Infinity, -5])('ignores a wait of %d', (retryAfterMs) => {
    report('limited', { retryAfterMs });
    expect(pause() ?? 0).toBeLessThanOrEqual(1000);
  });

  it('stays half-open when a probe is limited, and grants the next probe after the wait', () => {
    fail(3);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    report('limited', { retryAfterMs: 5000 });
    expect([state(), pause()]).toEqual(['open', 5000]);
    clock.advance(5000);
    expect([health.claimProbe(ENDPOINT), health.claimProbe(ENDPOINT)]).toEqual([true, false]);
    report('success');
    expect(state()).toBe('closed');
  });

  it('applies the wait of a failure as well (503 with Retry-After)', () => {
    report('failure', { retryAfterMs: 12_000 });
    expect([state(), pause()]).toEqual(['open', 12_000]);
    clock.advance(12_000);
    expect([state(), health.healthOf(ENDPOINT).uptime]).toEqual(['closed', 0]);
  });
});

describe('healthOf percentiles', () => {
  it('rise for durations and fall for speeds', () => {
    for (let step = 1; step <= 100; step++) report('success', { firstContentMs: step * 10, tokensPerSecond: step });
    const { firstContentMs, tokensPerSecond } = health.healthOf(ENDPOINT);
    const near = (value: number) => expect.toSatisfy((actual: number) => Math.abs(Math.log(actual / value)) < 0.09);
    expect(firstContentMs).toEqual({ p50: near(500), p75: near(750), p90: near(900), p99: near(990) });
    expect(tokensPerSecond).toEqual({ p50: near(51), p75: near(26), p90: near(11), p99: near(2) });
  });

  it('are null without measurements', () => {
    report('success', { firstContentMs: 100 });
    expect(health.healthOf(ENDPOINT)).toMatchObject({ firstContentMs: { p50: expect.any(Number) }, tokensPerSecond: null });
    report('success', { firstContentMs: NaN, tokensPerSecond: Infinity });
    expect(health.healthOf(ENDPOINT).tokensPerSecond).toBeNull();
  });

  it('expire after five minutes, slot by slot', () => {
    report('success', { firstContentMs: 100 });
    clock.advance(WINDOW_MS - SLOT_MS);
    expect(health.healthOf(ENDPOINT).successes).toBe(1);
    clock.advance(SLOT_MS);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ successes: 0, uptime: null, firstContentMs: null });
  });

  it('count a late report in the slot of its own time, and not at all after five minutes', () => {
    clock.advance(WINDOW_MS);
    health.report(ENDPOINT, outcome('success', clock.nowMs() - WINDOW_MS + 2 * SLOT_MS));
    health.report(ENDPOINT, outcome('success', clock.nowMs() - 2 * WINDOW_MS));
    health.report(ENDPOINT, outcome('success', NaN));
    expect(health.healthOf(ENDPOINT).successes).toBe(1);
    clock.advance(2 * SLOT_MS);
    expect(health.healthOf(ENDPOINT).successes).toBe(0);
  });
});

describe('createHealthTracker bounds', () => {
  it('remove the endpoint that was reported longest ago first', () => {
    health.report('a first', outcome('failure', clock.nowMs()));
    health.report('a second', outcome('failure', clock.nowMs()));
    for (let index = 0; index < MAX_ENDPOINTS - 2; index++) health.report(`b ${index}`, outcome('success', clock.nowMs()));
    health.report('a first', outcome('failure', clock.nowMs()));
    health.report('c last', outcome('success', clock.nowMs()));
    expect(health.snapshot().endpoints).toHaveLength(MAX_ENDPOINTS);
    expect([health.healthOf('a first').failures, health.healthOf('a second').failures]).toEqual([2, 0]);
  });

  it('reject names that are too long', () => {
    health.report(`acme ${'x'.repeat(MAX_NAME_CHARACTERS)}`, outcome('success', clock.nowMs()));
    expect(health.snapshot().endpoints).toEqual([]);
  });
});
