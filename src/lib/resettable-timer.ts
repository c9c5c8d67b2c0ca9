/**
 * A timer for a deadline that moves. Moving it later (which happens with every piece of a stream) costs an assignment and no new timer.
 */
import type { Clock } from './clock.ts';

/** A deadline that can be moved. */
export interface ResettableTimer {
  /** Sets the deadline (milliseconds since 1970). It replaces the earlier one. */
  set(atMs: number): void;
  /** Removes the deadline and the timer. */
  stop(): void;
}

/** Longest platform timer. A deadline that is later moved earlier then seldom needs a second timer. After it the deadline is checked again. */
const LONGEST_TIMER_MS = 10_000;

/** @param onExpire called at the deadline. It may set the next one. */
export function createResettableTimer(clock: Clock, onExpire: () => void): ResettableTimer {
  let dueMs = Infinity;
  let armedMs = Infinity;
  let clear: (() => void) | null = null;

  function arm(): void {
    const nowMs = clock.nowMs();
    armedMs = Math.min(dueMs, nowMs + LONGEST_TIMER_MS);
    clear = clock.setTimer(Math.max(0, armedMs - nowMs), fire);
  }

  function fire(): void {
    clear = null;
    if (dueMs === Infinity) return;
    if (clock.nowMs() < dueMs) return arm(); // the deadline has moved
    dueMs = Infinity;
    onExpire();
  }

  return {
    set(atMs) {
      dueMs = atMs;
      if (clear !== null && dueMs >= armedMs) return;
      clear?.();
      arm();
    },
    stop() {
      dueMs = Infinity;
      clear?.();
      clear = null;
    },
  };
}
