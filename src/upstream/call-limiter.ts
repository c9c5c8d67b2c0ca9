/**
 * How many upstream calls of one request may wait for their response headers at a time. The platform lets six connections of one
 * invocation wait and holds back the seventh without a word; open bodies do not count
 * (https://developers.cloudflare.com/workers/platform/limits/, read 2026-11). One is left for storage. First come, first served.
 */
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { clientDisconnected } from './send.ts';

/** Slots for one client request. */
export interface Slots {
  /** Waits for a free slot; to be released. @throws RouterError when the signal has fired by then; nothing is to be released. */
  acquire(signal: CancelSignal): Promise<void>;
  release(): void;
  /** Waits for a free slot, runs, and frees the slot when `run` has settled. Does not run once the signal has fired. */
  use<Value>(signal: CancelSignal, run: () => Promise<Value>): Promise<Value>;
}

/** Calls of one request that may wait for headers at once. */
export const WAITING_CALLS = 5;

export function createSlots(count: number): Slots {
  let free = count;
  const queue: (() => void)[] = [];

  async function acquire(signal: CancelSignal): Promise<void> {
    if (free > 0) free--;
    else {
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
    }
    if (!signal.aborted) return;
    release();
    throw clientDisconnected();
  }

  function release(): void {
    const next = queue.shift();
    if (next === undefined) free++;
    else next(); // the slot is handed on
  }

  return {
    acquire,
    release,
    async use(signal, run) {
      await acquire(signal);
      try {
        return await run();
      } finally {
        release();
      }
    },
  };
}
