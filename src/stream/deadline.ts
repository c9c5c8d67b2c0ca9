/**
 * Deadlines of one upstream answer: until its first content, between two events after that, and for the whole answer. A deadline that
 * passes cancels the upstream and ends the answer with a `timeout`. The clock is injected.
 */
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { ResettableTimer } from '../lib/resettable-timer.ts';

/** In milliseconds; null = no such deadline. */
export type Deadlines = {
  firstContentMs: number | null;
  idleMs: number | null;
  totalMs: number | null;
  /** True when the client sees nothing before the end. The first-content deadline then applies to the complete answer. */
  isWhole?: boolean;
};

/** Measures the time of one attempt. Created when its call slot is granted, so connecting counts. */
export class Watch {
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;
  readonly #firstContentAtMs: number;
  readonly #totalAtMs: number;
  readonly #timer: ResettableTimer;
  #hasContent = false;
  #onDeadline: ((error: RouterError) => void) | null = null;

  /** @param requestedMs when the request arrived: the total deadline counts from there, all attempts included. */
  constructor(deadlines: Deadlines, clock: Clock, requestedMs = clock.nowMs()) {
    const { firstContentMs, totalMs } = deadlines;
    this.#deadlines = deadlines;
    this.#clock = clock;
    this.#firstContentAtMs = firstContentMs === null ? Infinity : clock.nowMs() + firstContentMs;
    this.#totalAtMs = totalMs === null ? Infinity : requestedMs + totalMs;
    this.#timer = new ResettableTimer(clock, () => this.#onDeadline?.(this.#createTimeoutError()));
  }

  /** Awaits a promise until the next deadline. One promise at a time. @throws RouterError `timeout`. */
  waitFor<Value>(pending: Promise<Value>): Promise<Value> {
    if (this.#nextDeadlineMs() === Infinity) return pending;
    return new Promise((resolve, reject) => {
      this.begin(reject); // has no effect once the promise is settled
      // Without functions in between a stack trace can follow the promise.
      void pending.then(resolve, reject);
    });
  }

  /** The same without a promise: calls `onTimeout` with the error at the next deadline, unless `end` is called before. */
  begin(onTimeout: (error: RouterError) => void): void {
    const atMs = this.#nextDeadlineMs();
    if (atMs === Infinity) return;
    this.#onDeadline = onTimeout;
    this.#timer.set(atMs);
  }

  /** What was waited for has come. */
  end(): void {
    this.#onDeadline = null;
  }

  /** Records that content arrived, or the first piece of an answer that is delivered as a whole. */
  markContent(): void {
    this.#hasContent = true;
  }

  /** Stops the timer. No more promises are awaited. */
  stop(): void {
    this.#timer.stop();
  }

  /** Creates the error for the deadline that has passed. */
  #createTimeoutError(): RouterError {
    const { firstContentMs, idleMs, totalMs, isWhole = false } = this.#deadlines;
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#totalAtMs) return new RouterError('timeout', `the answer was not complete within ${totalMs} ms`);
    if (isWhole && nowMs >= this.#firstContentAtMs) return new RouterError('timeout', `no complete answer within ${firstContentMs} ms`);
    return new RouterError('timeout', this.#hasContent ? `no further data for ${idleMs} ms` : `no content within ${firstContentMs} ms`);
  }

  #nextDeadlineMs(): number {
    const { idleMs, isWhole = false } = this.#deadlines;
    const contentAtMs = this.#hasContent && !isWhole ? Infinity : this.#firstContentAtMs;
    const idleAtMs = this.#hasContent && idleMs !== null ? this.#clock.nowMs() + idleMs : Infinity;
    return Math.min(contentAtMs, idleAtMs, this.#totalAtMs);
  }
}
