/** Work that is done some time after a request, in its background, once for all requests until then. */
import type { Clock } from '../lib/clock.ts';

/** Work that has not started this long after its time is given up: its request ended, and its timer with it. In milliseconds. */
export const GRACE_MS = 1000;

/** Longest time that a request is kept alive for the work, in milliseconds. The platform allows 30 seconds. */
const MAX_DELAY_MS = 15_000;

/** Most entries of `waiting`: where a request has ended together with its timer, its entry stays. */
const MAX_WAITING = 2000;

/** What waits in this isolate: how its delay ends, and when its work is done. */
const waiting = new Map<() => void, Promise<unknown>>();

/** Does work after a delay, or when {@link doWaitingWork} is called. For 0 too, it begins after the current step. */
export function doLater(clock: Clock, delayMs: number, work: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.setTimer(delayMs, resolve);
  const done = promise.then(work).then(() => void waiting.delete(resolve));
  const [oldest] = waiting.size < MAX_WAITING ? [] : waiting.keys();
  if (oldest !== undefined) waiting.delete(oldest);
  waiting.set(resolve, done);
  return done;
}

/** Does all work of this isolate that is delayed, now. For the end of a process: it would be lost. */
export async function doWaitingWork(): Promise<void> {
  const all = [...waiting];
  for (const [end] of all) end();
  await Promise.allSettled(all.map(([, done]) => done));
}

/** How work is delayed. */
type DelayOptions = {
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  /** Never fails. */
  work: () => Promise<void>;
  /** A longer delay is left to a later request. Absent = 15 seconds. */
  maxDelayMs?: number;
};

/** One kind of work. */
export class DelayedWork {
  readonly #options: DelayOptions;
  /** When the work starts; null = it is not planned. */
  #dueMs: number | null = null;

  constructor(options: DelayOptions) {
    this.#options = options;
  }

  /** Plans the work, where it is not planned for this time or an earlier one. */
  plan(delayMs: number): void {
    const { clock, background, maxDelayMs = MAX_DELAY_MS } = this.#options;
    const nowMs = clock.nowMs();
    const isPlanned = this.#dueMs !== null && this.#dueMs <= nowMs + delayMs && nowMs < this.#dueMs + GRACE_MS;
    if (isPlanned || delayMs > maxDelayMs) return;
    this.#dueMs = nowMs + delayMs;
    const work = doLater(clock, delayMs, () => {
      this.#dueMs = null; // what comes while the work is done is planned again
      return this.#options.work();
    });
    try {
      background(work);
    } catch {
      // There is no current request to keep alive. The work is done anyway.
    }
  }
}
