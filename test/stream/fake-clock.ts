/** A clock that a test moves by hand. */
import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on and runs every timer that falls due, in order. */
  advance(byMs: number): void;
  /** Timers that have been set and neither run nor forgotten. */
  pending(): number;
}

export function createFakeClock(startMs = 1_790_000_000_000): FakeClock {
  let now = startMs;
  const timers = new Set<{ atMs: number; run: () => void }>();

  return {
    nowMs: () => now,
    setTimer(delayMs, run) {
      const timer = { atMs: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(byMs) {
      const until = now + byMs;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= until).sort((one, other) => one.atMs - other.atMs);
        if (next === undefined) break;
        timers.delete(next);
        now = next.atMs;
        next.run();
      }
      now = until;
    },
    pending: () => timers.size,
  };
}

/** Lets everything that is ready run: one turn of the event loop, after all promises have settled. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
