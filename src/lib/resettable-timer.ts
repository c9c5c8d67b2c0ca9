/**
 * One timer for a deadline that moves: putting it off, which happens with every piece of a stream, costs an assignment and no timer.
 * Time comes in from outside.
 */
import type { Clock } from './clock.ts';

/** A deadline that moves. */
export interface ResettableTimer {
  /** Rings at this time (milliseconds since 1970), and at no other that was set before. */
  set(atMs: number): void;
  /** Does not ring any more, and leaves no timer behind. */
  stop(): void;
}

/** A timer is no longer than this, so that a deadline which is put forward seldom needs another one; after it the deadline is looked at again. */
const LONGEST_TIMER_MS = 10_000;

/** @param onExpire what happens when the time has come. It may set the alarm again. */
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
    if (clock.nowMs() < dueMs) return arm(); // it was put off
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
