/** Work that is done some time after a request, in its background, once for all requests until then. */
import type { Clock } from '../../lib/clock.ts';

/** Work that has not started this long after its time is given up: its request ended, and its timer with it. In milliseconds. */
const GRACE_MS = 1000;

/** Longest time that a request is kept alive for the work, in milliseconds. The platform allows 30 seconds. */
const MAX_WAIT_MS = 15_000;

/** How work is put off. */
type LaterOptions = {
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  work: () => Promise<void>;
};

/** One kind of work. */
export class Later {
  readonly #options: LaterOptions;
  /** The work is planned until this time. */
  #plannedUntilMs = 0;

  constructor(options: LaterOptions) {
    this.#options = options;
  }

  /** Plans the work, where it is not planned. One that is too far away is left to a later request. */
  plan(delayMs: number): void {
    const { clock, background } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs < this.#plannedUntilMs || delayMs > MAX_WAIT_MS) return;
    this.#plannedUntilMs = nowMs + delayMs + GRACE_MS;
    background(this.#after(delayMs));
  }

  async #after(delayMs: number): Promise<void> {
    const { clock, work } = this.#options;
    await new Promise<void>((resolve) => void clock.setTimer(delayMs, resolve));
    this.#plannedUntilMs = 0;
    await work();
  }
}
