/**
 * Exchanges one isolate's health of endpoints with the one that all isolates share. No request waits for it: questions are answered from
 * the isolate's own at once, and the two are exchanged behind the request, at most once in two seconds. Errors of the exchange are
 * ignored: this isolate then knows what it has seen itself.
 */
import type { Clock } from '../lib/clock.ts';
import type { SharedHealthTracker, HealthSnapshot } from '../state/circuit-breaker.ts';
import type { HealthTracker, Outcome } from '../unified/endpoint-health.ts';

/** Shortest time between two exchanges. While requests come in, what is read is never much older than this. */
export const PACE_MS = 2000;

/** How long the shared book is left alone after an error. */
export const AFTER_ERROR_MS = 10_000;

/** An exchange that has not begun so long after its turn is given up: its request was torn down, and its timer with it. */
export const GIVE_UP_MS = 1000;

/** How far back is asked beyond the last exchange: outcomes come late, clocks differ, and what was pardoned lies a minute back. */
const OVERLAP_MS = 90_000;

/** Most outcomes that wait to be told; beyond that the oldest are not told. */
export const MAX_WAITING = 500;

/** What one isolate tells: an outcome, or (null) that it probes the endpoint. */
export type HealthReport = { endpoint: string; outcome: Outcome | null };

/** The shared book, somewhere else. */
export interface HealthStub {
  /** Takes reports, and gives what has changed since a time (milliseconds since 1970). */
  exchange(reports: readonly HealthReport[], sinceMs: number): Promise<HealthSnapshot>;
}

/** How the shared health is reached. */
export type SharedHealthOptions = {
  /** The way to the shared book, asked anew for every exchange: the platform lets no request use another's connection. */
  connect: () => HealthStub;
  clock: Clock;
  /** Keeps the request at hand alive until the work is done. */
  waitUntil: (work: Promise<unknown>) => void;
};

/** The own book with the shared one behind it. Each outcome is told once at most: one that is lost is better than one counted twice. */
export function createSharedHealth(own: SharedHealthTracker, { connect, clock, waitUntil }: SharedHealthOptions): HealthTracker {
  let waiting: HealthReport[] = [];
  let nextMs = 0;
  let heardMs = 0;
  /** Until then an exchange waits for its turn, and what is reported goes with it. */
  let plannedUntilMs = 0;

  async function exchange(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => void clock.setTimer(delayMs, resolve)); // also when it is 0: the request goes first
    const [reports, askedMs] = [waiting, clock.nowMs()];
    waiting = [];
    plannedUntilMs = 0; // what is reported from here on needs another exchange, of another request
    nextMs = askedMs + PACE_MS;
    try {
      own.merge(await connect().exchange(reports, heardMs - OVERLAP_MS));
      heardMs = Math.max(heardMs, askedMs);
    } catch {
      nextMs = clock.nowMs() + AFTER_ERROR_MS;
    }
  }

  function start(): void {
    const nowMs = clock.nowMs();
    const delayMs = Math.max(0, nextMs - nowMs);
    // After an error nobody is kept alive to wait: what is reported goes with the first exchange after it.
    if (nowMs < plannedUntilMs || delayMs > PACE_MS) return;
    plannedUntilMs = nowMs + delayMs + GIVE_UP_MS;
    const work = exchange(delayMs);
    try {
      waitUntil(work);
    } catch {
      // No request is at hand that could be kept alive. The exchange is under way all the same.
    }
  }

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
