/**
 * Deadlines of one upstream answer: until its first content, between two signs of life after that, and for the whole. Time comes in
 * from outside. A deadline that passes gives the upstream up and ends the answer with a `timeout`.
 */
import type { Clock } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, type StreamEvent } from '../unified/event.ts';
import type { EventSource } from './event-source.ts';

/** Milliseconds; null = no such deadline. */
export type Deadlines = { firstContentMs: number | null; idleMs: number | null; totalMs: number | null };

/** Watches the time of one attempt. Made when its slot is granted, so that connecting counts. */
export interface Watch {
  /** Waits for something, but not beyond the deadline that is next. @throws RouterError `timeout`. */
  waitFor<Value>(pending: Promise<Value>): Promise<Value>;
  /** Content has come. */
  begun(): void;
}

/** @param requestedMs when the request came: the whole answer is timed from there, with all attempts at it. */
export function createWatch(deadlines: Deadlines, clock: Clock, requestedMs = clock.nowMs()): Watch {
  const startedMs = clock.nowMs();
  let hasBegun = false;

  /** The deadline that is next, as milliseconds from now, and its name. */
  function next(): { ms: number; name: string; limitMs: number } | null {
    const elapsedMs = clock.nowMs() - startedMs;
    const { firstContentMs, idleMs, totalMs } = deadlines;
    const waiting = hasBegun
      ? idleMs === null
        ? []
        : [{ ms: idleMs, name: 'nothing more came for', limitMs: idleMs }]
      : firstContentMs === null
        ? []
        : [{ ms: firstContentMs - elapsedMs, name: 'no content came within', limitMs: firstContentMs }];
    const total =
      totalMs === null
        ? []
        : [{ ms: totalMs - (clock.nowMs() - requestedMs), name: 'the answer was not complete within', limitMs: totalMs }];
    return [...waiting, ...total].toSorted((one, other) => one.ms - other.ms)[0] ?? null;
  }

  return {
    begun: () => (hasBegun = true),
    async waitFor(pending) {
      const deadline = next();
      if (deadline === null) return pending;
      let forget: () => void = () => undefined;
      const late = new Promise<never>((_, reject) => {
        const { name, limitMs } = deadline;
        const expire = () => reject(new RouterError('timeout', `${name} ${limitMs} ms`));
        forget = clock.setTimer(Math.max(0, deadline.ms), expire);
      });
      try {
        return await Promise.race([pending, late]);
      } finally {
        forget();
      }
    },
  };
}

/** An answer that keeps its deadlines: reading throws a `timeout` when one passes. */
export function withDeadlines(source: EventSource, watch: Watch): EventSource {
  return {
    async read(): Promise<StreamEvent[] | null> {
      const events = await watch.waitFor(source.read());
      if (events?.some(isContent) === true) watch.begun();
      return events;
    },
    cancel: () => source.cancel(),
  };
}
