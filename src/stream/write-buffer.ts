/** Holds text that arrives in quick succession, so that it is written together. Knows when it should be written. */
import type { Clock } from '../lib/clock.ts';

/** This much text is written at once, without waiting for more. */
const FULL_CHARACTERS = 32_768;

/** `onExpire` is called when the wait of a held text is over. */
type BufferOptions = { clock: Clock; joinMs: number; onExpire: () => void };

/** Text that waits to be written together with more. */
export class WriteBuffer {
  readonly #options: BufferOptions;
  #held = '';
  #shouldFlush = false;
  #sinceMs = 0;
  #lastTextMs: number;
  #clear: (() => void) | null = null;

  /** @param writtenMs time of the last write of content; -Infinity = never. */
  constructor(options: BufferOptions, writtenMs: number) {
    this.#options = options;
    this.#lastTextMs = writtenMs;
  }

  /** Adds a piece. True = write now. */
  add(text: string, mustFlush: boolean): boolean {
    const { clock, joinMs } = this.#options;
    const nowMs = clock.nowMs();
    const gapMs = nowMs - this.#lastTextMs;
    this.#lastTextMs = nowMs;
    if (this.#held === '') this.#sinceMs = nowMs;
    this.#held += text;
    // The next piece is expected after the same gap as the last one. If that is later than `joinMs` allows, write now.
    this.#shouldFlush ||= mustFlush || this.#held.length >= FULL_CHARACTERS || nowMs - this.#sinceMs + gapMs >= joinMs;
    if (this.#shouldFlush) return true;
    this.#clear ??= clock.setTimer(joinMs, () => this.#expire());
    return false;
  }

  /** True when no text is held. */
  isEmpty(): boolean {
    return this.#held === '';
  }

  /** True when the wait is over. */
  shouldFlush(): boolean {
    return this.#shouldFlush;
  }

  /** Removes and returns the held text. */
  drain(): string {
    const text = this.#held;
    this.#held = '';
    this.#shouldFlush = false;
    this.#clear?.();
    this.#clear = null;
    return text;
  }

  #expire(): void {
    this.#clear = null;
    this.#shouldFlush = true;
    this.#options.onExpire();
  }
}
