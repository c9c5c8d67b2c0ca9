/** A health tracker with one endpoint and a clock that is moved by hand. */
import { createHealthTracker, type SharedHealthTracker } from '../../src/state/circuit-breaker.ts';
import type { EndpointHealth, Outcome, OutcomeKind } from '../../src/unified/endpoint-health.ts';
import { createFakeClock, type FakeClock } from '../support/fake-ports.ts';
import { outcome } from './outcomes.ts';

/** Name of the endpoint. */
export const ENDPOINT = 'acme model-1';

/** The tracker, and short calls for its endpoint. */
export type TrackedEndpoint = {
  clock: FakeClock;
  health: SharedHealthTracker;
  report: (kind: OutcomeKind, more?: Partial<Outcome>) => void;
  /** Reports so many failures. */
  fail: (times: number) => void;
  state: () => EndpointHealth['state'];
  /** The pause that runs now, in milliseconds; null = none does. */
  pause: () => number | null;
};

/** A new tracker. */
export function trackEndpoint(): TrackedEndpoint {
  const clock = createFakeClock();
  const health = createHealthTracker(clock);
  const report = (kind: OutcomeKind, more: Partial<Outcome> = {}) => health.report(ENDPOINT, outcome(kind, clock.nowMs(), more));
  return {
    clock,
    health,
    report,
    fail: (times) => {
      for (let time = 0; time < times; time++) report('failure');
    },
    state: () => health.healthOf(ENDPOINT).state,
    pause: () => {
      const { untilMs } = health.healthOf(ENDPOINT);
      return untilMs === null ? null : untilMs - clock.nowMs();
    },
  };
}
