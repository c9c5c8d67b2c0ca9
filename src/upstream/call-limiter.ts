/**
 * Limits how many upstream calls of one request wait for response headers at the same time. The platform allows six waiting connections
 * per invocation and queues more without notice; open bodies do not count
 * (https://developers.cloudflare.com/workers/platform/limits/, read 2026-11). One is reserved for storage. First come, first served.
 */
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { clientDisconnected } from './send.ts';

/** Most calls of one request that wait for headers. */
export const WAITING_CALLS = 5;

/** Call slots of one client request. */
export class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Waits for a free slot, to be released: a promise only where none is free.
   *
   * @throws RouterError when the signal has fired by then; nothing is to be released.
   */
  acquire(signal: CancelSignal): Promise<void> | undefined {
    if (this.#free === 0) return new Promise<void>((resolve) => void this.#queue.push(resolve)).then(() => this.#check(signal));
    this.#free--;
    this.#check(signal);
    return undefined;
  }

  /** Frees a slot. */
  release(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#free++;
    else next(); // the slot passes to the next in the queue
  }

  /** Waits for a slot, calls `run`, and frees the slot when `run` has settled. Throws without calling `run` when the signal has fired. */
  async use<Value>(signal: CancelSignal, run: () => Promise<Value>): Promise<Value> {
    await this.acquire(signal);
    try {
      return await run();
    } finally {
      this.release();
    }
  }

  #check(signal: CancelSignal): void {
    if (!signal.aborted) return;
    this.release();
    throw clientDisconnected();
  }
}
