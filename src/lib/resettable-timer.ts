/**
 * A timer for a deadline that moves. Moving it later (which happens with every piece of a stream) costs an assignment and no new timer.
 */
import type { Clock } from './clock.ts';

/** Longest platform timer. A deadline that is later moved earlier then seldom needs a second timer. After it the deadline is checked again. */
const LONGEST_TIMER_MS = 10_000;

/** A deadline that can be moved. */
export class ResettableTimer {
  readonly #clock: Clock;
  readonly #onExpire: () => void;
  #dueMs = Infinity;
  #armedMs = Infinity;
  #clear: (() => void) | null = null;

  /** @param onExpire called at the deadline. It may set the next one. */
  constructor(clock: Clock, onExpire: () => void) {
    this.#clock = clock;
    this.#onExpire = onExpire;
  }

  /** Sets the deadline (milliseconds since 1970). It replaces the earlier one. */
  set(atMs: number): void {
    this.#dueMs = atMs;
    if (this.#clear !== null && atMs >= this.#armedMs) return;
    this.#clear?.();
    this.#arm();
  }

  /** Removes the deadline and the timer. */
  stop(): void {
    this.#dueMs = Infinity;
    this.#clear?.();
    this.#clear = null;
  }

  #arm(): void {
    const nowMs = this.#clock.nowMs();
    this.#armedMs = Math.min(this.#dueMs, nowMs + LONGEST_TIMER_MS);
    this.#clear = this.#clock.setTimer(Math.max(0, this.#armedMs - nowMs), () => this.#fire());
  }

  #fire(): void {
    this.#clear = null;
    if (this.#dueMs === Infinity) return;
    if (this.#clock.nowMs() < this.#dueMs) return this.#arm(); // the deadline has moved
    this.#dueMs = Infinity;
    this.#onExpire();
  }
}
