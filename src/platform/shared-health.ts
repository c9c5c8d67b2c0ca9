/**
 * Synchronizes one isolate's endpoint health with the one that all isolates share. No request waits for it: health is read from the
 * isolate's own tracker, and the exchange runs in the background, at most once in two seconds. Errors of the exchange are ignored; the
 * isolate then only has its own outcomes.
 */
import type { Clock } from '../lib/clock.ts';
import type { SharedHealthTracker, HealthSnapshot } from '../state/circuit-breaker.ts';
import type { HealthTracker, Outcome } from '../unified/endpoint-health.ts';
import { DelayedWork } from './delayed-work.ts';

/** Shortest time between two exchanges. While requests arrive, the health is at most slightly older than this. */
export const PACE_MS = 2000;

/** Pause after an error of the shared tracker. */
export const AFTER_ERROR_MS = 10_000;

/** Extra period of a snapshot: outcomes arrive late, clocks differ, and excluded failures may be a minute old. */
const OVERLAP_MS = 90_000;

/** Most outcomes waiting for an exchange. The oldest are dropped. */
export const MAX_WAITING = 500;

/** A report of one isolate: an outcome, or null = it probes the endpoint. */
export type HealthReport = { endpoint: string; outcome: Outcome | null };

/** The remote shared tracker. */
export interface HealthStub {
  /** Records reports, and returns what has changed since a time (milliseconds since 1970). */
  exchange(reports: readonly HealthReport[], sinceMs: number): Promise<HealthSnapshot>;
}

/** How to reach the shared tracker. */
export type SharedHealthOptions = {
  /** Connects to the shared tracker. Called for every exchange, because a request must not use another request's connection. */
  connect: () => HealthStub;
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
};

/** Combines the own tracker with the shared one. An outcome is reported at most once: losing one is better than counting it twice. */
export function createSharedHealth(own: SharedHealthTracker, { connect, clock, background }: SharedHealthOptions): HealthTracker {
  let waiting: HealthReport[] = [];
  let nextMs = 0;
  let heardMs = 0;
  // After an error no request is kept alive to wait. Reports are sent with the next exchange.
  const delayed = new DelayedWork({ clock, background, work: exchange, maxDelayMs: PACE_MS });

  async function exchange(): Promise<void> {
    const [reports, askedMs] = [waiting, clock.nowMs()];
    waiting = [];
    nextMs = askedMs + PACE_MS;
    try {
      own.merge(await connect().exchange(reports, heardMs - OVERLAP_MS));
      heardMs = Math.max(heardMs, askedMs);
    } catch {
      nextMs = clock.nowMs() + AFTER_ERROR_MS;
    }
  }

  const start = () => delayed.plan(Math.max(0, nextMs - clock.nowMs()));

  function tell(report: HealthReport): void {
    waiting.push(report);
    if (waiting.length > MAX_WAITING) waiting.shift();
    start();
  }

  return {
    healthOf(endpoint) {
      if (clock.nowMs() >= nextMs) start();
      return own.healthOf(endpoint);
    },
    claimProbe(endpoint) {
      const isMine = own.claimProbe(endpoint);
      if (isMine) tell({ endpoint, outcome: null });
      return isMine;
    },
    report(endpoint, outcome) {
      own.report(endpoint, outcome);
      tell({ endpoint, outcome });
    },
  };
}
