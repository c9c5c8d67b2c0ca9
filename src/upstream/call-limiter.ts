/**
 * Limits how many upstream calls of one request wait for response headers at the same time. The platform allows six waiting connections
 * per invocation and queues more without notice; open bodies do not count
 * (https://developers.cloudflare.com/workers/platform/limits/, read 2026-11). One is reserved for storage. First come, first served.
 */
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { clientDisconnected } from './send.ts';

/** Call slots of one client request. */
export interface Slots {
  /**
   * Waits for a free slot, to be released: a promise only where none is free.
   *
   * @throws RouterError when the signal has fired by then; nothing is to be released.
   */
  acquire(signal: CancelSignal): Promise<void> | undefined;
  release(): void;
  /** Waits for a slot, calls `run`, and frees the slot when `run` has settled. Throws without calling `run` when the signal has fired. */
  use<Value>(signal: CancelSignal, run: () => Promise<Value>): Promise<Value>;
}

/** Most calls of one request that wait for headers. */
export const WAITING_CALLS = 5;

export function createSlots(count: number): Slots {
  let free = count;
  const queue: (() => void)[] = [];

  function acquire(signal: CancelSignal): Promise<void> | undefined {
    if (free === 0) return new Promise<void>((resolve) => void queue.push(resolve)).then(() => check(signal));
    free--;
    check(signal);
    return undefined;
  }

  function check(signal: CancelSignal): void {
    if (!signal.aborted) return;
    release();
    throw clientDisconnected();
  }

  function release(): void {
    const next = queue.shift();
    if (next === undefined) free++;
    else next(); // the slot passes to the next in the queue
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
