/** Work that is done some time after a request, in its background, once for all requests until then. */
import { sleep, type Clock } from '../lib/clock.ts';

/** Work that has not started this long after its time is given up: its request ended, and its timer with it. In milliseconds. */
export const GRACE_MS = 1000;

/** Longest time that a request is kept alive for the work, in milliseconds. The platform allows 30 seconds. */
const MAX_DELAY_MS = 15_000;

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
    const work = this.#after(delayMs);
    try {
      background(work);
    } catch {
      // There is no current request to keep alive. The work is done anyway.
    }
  }

  async #after(delayMs: number): Promise<void> {
    const { clock, work } = this.#options;
    await sleep(clock, delayMs); // also for 0, so that the request runs first
    this.#dueMs = null; // what comes while the work is done is planned again
    await work();
  }
}
