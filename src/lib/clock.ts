/** Clock interface, which `platform/` and tests implement. */

/** Current time and timers. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once, after `delayMs`. Returns a function that clears the timer. */
  setTimer(delayMs: number, run: () => void): () => void;
}

/** Resolves after a delay. */
export const sleep = async (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimer(delayMs, resolve));
