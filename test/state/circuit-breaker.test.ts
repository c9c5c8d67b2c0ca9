/** The book of how endpoints do: who is set aside when, for how long, and how trust comes back. Time is moved by hand. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createHealthTracker,
  FAILURES_IN_A_ROW,
  LONGEST_PAUSE_MS,
  LONGEST_RETRY_AFTER_MS,
  MAX_ENDPOINTS,
  MAX_NAME_CHARACTERS,
  PROBE_EXPIRES_MS,
  RELAPSE_MS,
  type SharedHealthTracker,
} from '../../src/state/circuit-breaker.ts';
import { RECENT_MS, SLOT_MS, WINDOW_MS } from '../../src/state/outcome-window.ts';
import type { Outcome, OutcomeKind } from '../../src/unified/endpoint-health.ts';
import { createFakeClock, type FakeClock } from '../stream/fake-clock.ts';
import { outcome } from './outcomes.ts';

const ENDPOINT = 'acme model-1';

let clock: FakeClock;
let health: SharedHealthTracker;
const report = (kind: OutcomeKind, more: Partial<Outcome> = {}) => health.report(ENDPOINT, outcome(kind, clock.nowMs(), more));
const state = () => health.healthOf(ENDPOINT).state;
const fail = (times: number) => {
  for (let time = 0; time < times; time++) report('failure');
};
/** The pause that runs now, in milliseconds. */
const pause = () => {
  const { untilMs } = health.healthOf(ENDPOINT);
  return untilMs === null ? null : untilMs - clock.nowMs();
};

beforeEach(() => {
  clock = createFakeClock();
  health = createHealthTracker(clock);
});

describe('an endpoint nobody has heard of', () => {
  it('is trusted, and nothing is made up about it', () => {
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

  it('is not in the book because somebody asked about it', () => {
    health.healthOf(ENDPOINT);
    expect(health.claimProbe(ENDPOINT)).toBe(false);
    expect(health.snapshot().endpoints).toEqual([]);
  });
});

describe('being set aside', () => {
  it('takes three failures in a row', () => {
    fail(FAILURES_IN_A_ROW - 1);
    expect(state()).toBe('closed');
    fail(1);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'open', untilMs: clock.nowMs() + 1000, failures: 3, uptime: 0 });
  });

  it('is per endpoint', () => {
    fail(3);
    expect(health.healthOf('acme model-2').state).toBe('closed');
  });

  it('a success between them ends the row, a "not now" does not', () => {
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

  it('takes more than half of the last minute, once there were five outcomes', () => {
    for (const kind of ['failure', 'failure', 'success', 'failure'] as const) report(kind);
    expect(state()).toBe('closed'); // three of four, but four are too few
    report('success');
    expect(state()).toBe('closed'); // three of five, but it has just answered
    report('failure');
    expect(state()).toBe('open');
  });

  it('half is not more than half', () => {
    for (let round = 0; round < 10; round++) {
      report('success');
      report('failure');
    }
    expect(state()).toBe('closed');
  });

  it('looks back no further than a minute', () => {
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

  it('failures while a pause runs are of calls that began before it: they make it no longer', () => {
    fail(40);
    expect(pause()).toBe(1000);
    expect(health.healthOf(ENDPOINT).failures).toBe(40);
  });

  it('an answer while a pause runs began before it too: it makes it no shorter', () => {
    fail(3);
    report('success');
    expect(pause()).toBe(1000);
  });
});

describe('the way back', () => {
  it('is one probe at a time', () => {
    fail(3);
    expect(health.claimProbe(ENDPOINT)).toBe(false);
    clock.advance(1000);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'half-open', untilMs: null });
    expect([health.claimProbe(ENDPOINT), health.claimProbe(ENDPOINT)]).toEqual([true, false]);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'open', untilMs: clock.nowMs() + PROBE_EXPIRES_MS });
  });

  it('a probe that ends in success brings trust', () => {
    fail(3);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    report('success');
    expect(state()).toBe('closed');
    expect(health.claimProbe(ENDPOINT)).toBe(false);
  });

  it('old failures do not set it aside again at once, and yet stay in its uptime', () => {
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

  it('every probe that fails doubles the pause, up to half a minute', () => {
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

  it('a last resort that fails when the pause is over counts like a probe, though nobody claimed it', () => {
    fail(3);
    clock.advance(1000);
    fail(1);
    expect(pause()).toBe(2000);
  });

  it('whoever fails soon after it was trusted gets the next longer pause; later, the first one again', () => {
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

  it('a probe that never reports blocks nobody for ever', () => {
    fail(3);
    clock.advance(1000);
    health.claimProbe(ENDPOINT);
    clock.advance(PROBE_EXPIRES_MS - 1);
    expect([state(), health.claimProbe(ENDPOINT)]).toEqual(['open', false]);
    clock.advance(1);
    expect([state(), health.claimProbe(ENDPOINT)]).toEqual(['half-open', true]);
  });

  it('nobody is trusted again for having been left alone', () => {
    fail(3);
    clock.advance(60 * 60_000);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ state: 'half-open', failures: 0, uptime: null });
  });
});

describe('an endpoint that says "not now"', () => {
  it('is set aside for as long as it says, and trusted after that without a probe', () => {
    report('limited', { retryAfterMs: 7000 });
    expect(pause()).toBe(7000);
    clock.advance(7000);
    expect(state()).toBe('closed');
    expect(health.healthOf(ENDPOINT)).toMatchObject({ limited: 1, failures: 0, successes: 0, uptime: null });
  });

  it('is never held to have failed', () => {
    for (let time = 0; time < 50; time++) report('limited', { retryAfterMs: 1 });
    clock.advance(1);
    expect(state()).toBe('closed');
  });

  it('is not waited for longer than five minutes, whatever it says', () => {
    report('limited', { retryAfterMs: 86_400_000 });
    expect(pause()).toBe(LONGEST_RETRY_AFTER_MS);
  });

  it('the longest of several waits counts', () => {
    report('limited', { retryAfterMs: 9000 });
    report('limited', { retryAfterMs: 2000 });
    report('limited');
    expect(pause()).toBe(9000);
  });

  it('without saying for how long, waits a second, then two, four, ... until it answers', () => {
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

  it('many calls that are turned away together are one "not now"', () => {
    for (let time = 0; time < 30; time++) {
      report('limited');
      clock.advance(10);
    }
    expect(pause()).toBe(700);
  });

  it.each([NaN, Infinity, -5])('a wait of %d is none', (retryAfterMs) => {
    report('limited', { retryAfterMs });
    expect(pause() ?? 0).toBeLessThanOrEqual(1000);
  });

  it('as its answer to a probe, is no answer: the next one probes when the wait is over', () => {
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

  it('a failure may bring a wait with it (503 with Retry-After): it counts, and the wait is kept', () => {
    report('failure', { retryAfterMs: 12_000 });
    expect([state(), pause()]).toEqual(['open', 12_000]);
    clock.advance(12_000);
    expect([state(), health.healthOf(ENDPOINT).uptime]).toEqual(['closed', 0]);
  });
});

describe('what is measured', () => {
  it('rises for durations and falls for speeds: what so many answers reached or bettered', () => {
    for (let step = 1; step <= 100; step++) report('success', { firstContentMs: step * 10, tokensPerSecond: step });
    const { firstContentMs, tokensPerSecond } = health.healthOf(ENDPOINT);
    const near = (value: number) => expect.toSatisfy((actual: number) => Math.abs(Math.log(actual / value)) < 0.09);
    expect(firstContentMs).toEqual({ p50: near(500), p75: near(750), p90: near(900), p99: near(990) });
    expect(tokensPerSecond).toEqual({ p50: near(51), p75: near(26), p90: near(11), p99: near(2) });
  });

  it('is null for what nobody measured', () => {
    report('success', { firstContentMs: 100 });
    expect(health.healthOf(ENDPOINT)).toMatchObject({ firstContentMs: { p50: expect.any(Number) }, tokensPerSecond: null });
    report('success', { firstContentMs: NaN, tokensPerSecond: Infinity });
    expect(health.healthOf(ENDPOINT).tokensPerSecond).toBeNull();
  });

  it('is forgotten after five minutes, slot by slot', () => {
    report('success', { firstContentMs: 100 });
    clock.advance(WINDOW_MS - SLOT_MS);
    expect(health.healthOf(ENDPOINT).successes).toBe(1);
    clock.advance(SLOT_MS);
    expect(health.healthOf(ENDPOINT)).toMatchObject({ successes: 0, uptime: null, firstContentMs: null });
  });

  it('counts in the slot of its own time, also when it is told late, and not at all when it is too late', () => {
    clock.advance(WINDOW_MS);
    health.report(ENDPOINT, outcome('success', clock.nowMs() - WINDOW_MS + 2 * SLOT_MS));
    health.report(ENDPOINT, outcome('success', clock.nowMs() - 2 * WINDOW_MS));
    health.report(ENDPOINT, outcome('success', NaN));
    expect(health.healthOf(ENDPOINT).successes).toBe(1);
    clock.advance(2 * SLOT_MS);
    expect(health.healthOf(ENDPOINT).successes).toBe(0);
  });
});

describe('its bounds', () => {
  it('the endpoint that was heard of longest ago is forgotten first', () => {
    health.report('a first', outcome('failure', clock.nowMs()));
    health.report('a second', outcome('failure', clock.nowMs()));
    for (let index = 0; index < MAX_ENDPOINTS - 2; index++) health.report(`b ${index}`, outcome('success', clock.nowMs()));
    health.report('a first', outcome('failure', clock.nowMs()));
    health.report('c last', outcome('success', clock.nowMs()));
    expect(health.snapshot().endpoints).toHaveLength(MAX_ENDPOINTS);
    expect([health.healthOf('a first').failures, health.healthOf('a second').failures]).toEqual([2, 0]);
  });

  it('a name of any length that a client made up is not kept', () => {
    health.report(`acme ${'x'.repeat(MAX_NAME_CHARACTERS)}`, outcome('success', clock.nowMs()));
    expect(health.snapshot().endpoints).toEqual([]);
  });
});
