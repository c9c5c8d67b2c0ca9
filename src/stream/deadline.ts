/**
 * Deadlines of one upstream answer: until its first content, between two signs of life after that, and for the whole. Time comes in
 * from outside. A deadline that passes gives the upstream up and ends the answer with a `timeout`.
 */
import type { Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import { createResettableTimer } from '../lib/resettable-timer.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** Milliseconds; null = no such deadline. */
export type Deadlines = {
  firstContentMs: number | null;
  idleMs: number | null;
  totalMs: number | null;
  /** The client sees nothing before the end, so that its first content is the whole answer. */
  isWhole?: boolean;
};

/** Watches the time of one attempt. Made when its slot is granted, so that connecting counts. */
export interface Watch {
  /** Waits for something, but not beyond the deadline that is next. One thing at a time. @throws RouterError `timeout`. */
  waitFor<Value>(pending: Promise<Value>): Promise<Value>;
  /** Content has come, or a first piece of an answer that is shown as a whole. */
  begun(): void;
  /** Nothing more will be waited for. */
  stop(): void;
}

/** @param requestedMs when the request came: the whole answer is timed from there, with all attempts at it. */
export function createWatch(deadlines: Deadlines, clock: Clock, requestedMs = clock.nowMs()): Watch {
  const { firstContentMs, idleMs, totalMs, isWhole = false } = deadlines;
  const firstContentAtMs = firstContentMs === null ? Infinity : clock.nowMs() + firstContentMs;
  const totalAtMs = totalMs === null ? Infinity : requestedMs + totalMs;
  let hasBegun = false;
  let giveUp: ((late: RouterError) => void) | null = null;
  const timer = createResettableTimer(clock, () => giveUp?.(late()));

  /** What has passed, in words. */
  function late(): RouterError {
    if (clock.nowMs() >= totalAtMs) return new RouterError('timeout', `the answer was not complete within ${totalMs} ms`);
    if (isWhole && clock.nowMs() >= firstContentAtMs) return new RouterError('timeout', `no whole answer came within ${firstContentMs} ms`);
    return new RouterError('timeout', hasBegun ? `nothing more came for ${idleMs} ms` : `no content came within ${firstContentMs} ms`);
  }

  return {
    begun: () => (hasBegun = true),
    stop: () => timer.stop(),
    waitFor(pending) {
      const contentAtMs = hasBegun && !isWhole ? Infinity : firstContentAtMs;
      const idleAtMs = hasBegun && idleMs !== null ? clock.nowMs() + idleMs : Infinity;
      const atMs = Math.min(contentAtMs, idleAtMs, totalAtMs);
      if (atMs === Infinity) return pending;
      timer.set(atMs);
      return new Promise((resolve, reject) => {
        giveUp = reject;
        const settled = () => (giveUp = null);
        pending.then(
          (value) => (settled(), resolve(value)),
          (thrown: unknown) => (settled(), reject(thrown as Error)),
        );
      });
    },
  };
}

/** An answer that keeps its deadlines: reading throws a `timeout` when one passes. */
export function withDeadlines(source: EventSource, watch: Watch): EventSource {
  return {
    async read(): Promise<StreamEvent[] | null> {
      const events = await watch.waitFor(source.read());
      if (events === null || events.some(isTerminal)) watch.stop();
      else if (events.some(isContent)) watch.begun();
      return events;
    },
    cancel() {
      watch.stop();
      source.cancel();
    },
  };
}
