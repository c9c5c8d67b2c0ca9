/** Clock interface. `platform/` and tests implement it. */

/** Current time and timers. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once, after `delayMs`. Returns a function that clears the timer. */
  setTimer(delayMs: number, run: () => void): () => void;
}
