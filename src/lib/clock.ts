/** Time, as an interface: `platform/` and tests supply the clock. */

/** Time. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once, after `delayMs`. Returns a function that forgets it. */
  setTimer(delayMs: number, run: () => void): () => void;
}
