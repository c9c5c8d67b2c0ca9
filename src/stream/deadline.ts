/**
 * Deadlines of one upstream answer: until its first content, between two events after that, and for the whole answer. A deadline that
 * passes cancels the upstream and ends the answer with a `timeout`. The clock is injected.
 */
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { createResettableTimer } from '../lib/resettable-timer.ts';

/** In milliseconds; null = no such deadline. */
export type Deadlines = {
  firstContentMs: number | null;
  idleMs: number | null;
  totalMs: number | null;
  /** True when the client sees nothing before the end. The first-content deadline then applies to the complete answer. */
  isWhole?: boolean;
};

/** Measures the time of one attempt. Created when its call slot is granted, so connecting counts. */
export interface Watch {
  /** Awaits a promise until the next deadline. One promise at a time. @throws RouterError `timeout`. */
  waitFor<Value>(pending: Promise<Value>): Promise<Value>;
  /** The same without a promise: calls `onTimeout` with the error at the next deadline, unless `end` is called before. */
  begin(onTimeout: (error: RouterError) => void): void;
  /** What was waited for has come. */
  end(): void;
  /** Records that content arrived, or the first piece of an answer that is delivered as a whole. */
  markContent(): void;
  /** Stops the timer. No more promises are awaited. */
  stop(): void;
}

/** @param requestedMs when the request arrived: the total deadline counts from there, all attempts included. */
export function createWatch(deadlines: Deadlines, clock: Clock, requestedMs = clock.nowMs()): Watch {
  const { firstContentMs, idleMs, totalMs, isWhole = false } = deadlines;
  const firstContentAtMs = firstContentMs === null ? Infinity : clock.nowMs() + firstContentMs;
  const totalAtMs = totalMs === null ? Infinity : requestedMs + totalMs;
  let hasContent = false;
  let onDeadline: ((error: RouterError) => void) | null = null;
  const timer = createResettableTimer(clock, () => onDeadline?.(createTimeoutError()));

  /** Creates the error for the deadline that has passed. */
  function createTimeoutError(): RouterError {
    if (clock.nowMs() >= totalAtMs) return new RouterError('timeout', `the answer was not complete within ${totalMs} ms`);
    if (isWhole && clock.nowMs() >= firstContentAtMs) return new RouterError('timeout', `no complete answer within ${firstContentMs} ms`);
    return new RouterError('timeout', hasContent ? `no further data for ${idleMs} ms` : `no content within ${firstContentMs} ms`);
  }

  function nextDeadlineMs(): number {
    const contentAtMs = hasContent && !isWhole ? Infinity : firstContentAtMs;
    const idleAtMs = hasContent && idleMs !== null ? clock.nowMs() + idleMs : Infinity;
    return Math.min(contentAtMs, idleAtMs, totalAtMs);
  }

  function begin(onTimeout: (error: RouterError) => void): void {
    const atMs = nextDeadlineMs();
    if (atMs === Infinity) return;
    onDeadline = onTimeout;
    timer.set(atMs);
  }

  return {
    begin,
    end: () => (onDeadline = null),
    markContent: () => (hasContent = true),
    stop: () => timer.stop(),
    waitFor(pending) {
      if (nextDeadlineMs() === Infinity) return pending;
      return new Promise((resolve, reject) => {
        begin(reject); // has no effect once the promise is settled
        // Without functions in between a stack trace can follow the promise.
        void pending.then(resolve, reject);
      });
    },
  };
}
