/**
 * Rows of the ledger that wait in an isolate, so that callers without limits cost one call to their object for many answers. They are written after
 * 10 s or 50 rows, in the background. An isolate that ends before has lost them: what limits count is written at once, and does not come here.
 */
import type { LedgerRow } from '../accounts/ledger-row.ts';
import type { Clock } from '../lib/clock.ts';
import { DelayedWork } from './delayed-work.ts';

/** Longest time that a row waits, while its isolate exists. */
export const FLUSH_MS = 10_000;

/** So many rows are written at once. */
export const FLUSH_ROWS = 50;

/** Most rows that wait. While an object does not answer, those that come beyond them are dropped. */
export const MAX_WAITING_ROWS = 1000;

/** The object of an account, as far as the batch uses it. */
export type RecordStub = { record(call: { account: string; rows: readonly LedgerRow[] }): Promise<unknown> };

/** What the batch is made of. */
export type BatchOptions = {
  /** Connects to the object of an account. Called for every flush, because a request must not use another request's connection. */
  connect: (account: string) => RecordStub;
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** The rows that wait in one isolate. */
export class LedgerBatch {
  readonly #options: BatchOptions;
  readonly #delayed: DelayedWork;
  #waiting = new Map<string, LedgerRow[]>();
  #count = 0;
  #dropped = 0;
  /** After an error there is no flush before this time. */
  #pausedUntilMs = 0;

  constructor(options: BatchOptions) {
    this.#options = options;
    this.#delayed = new DelayedWork({ ...options, work: () => this.flush() });
  }

  /** Adds a row of an account. */
  add(account: string, row: LedgerRow): void {
    if (this.#count >= MAX_WAITING_ROWS) {
      this.#dropped++;
      return;
    }
    const rows = this.#waiting.get(account) ?? [];
    rows.push(row);
    this.#waiting.set(account, rows);
    this.#count++;
    if (this.#options.clock.nowMs() >= this.#pausedUntilMs) this.#delayed.plan(this.#count >= FLUSH_ROWS ? 0 : FLUSH_MS);
  }

  /** Writes what waits. Rows that could not be written wait again. Never fails. */
  async flush(): Promise<void> {
    const taken = this.#waiting;
    this.#waiting = new Map();
    this.#count = 0;
    await Promise.all([...taken].map(([account, rows]) => this.#write(account, rows)));
    this.#report();
  }

  async #write(account: string, rows: readonly LedgerRow[]): Promise<void> {
    const { connect, clock } = this.#options;
    try {
      await connect(account).record({ account, rows });
    } catch {
      this.#pausedUntilMs = clock.nowMs() + FLUSH_MS;
      // Writing a row twice changes nothing, so it does not matter whether this failed before or after it was written.
      const kept = rows.slice(0, MAX_WAITING_ROWS - this.#count);
      this.#waiting.set(account, [...kept, ...(this.#waiting.get(account) ?? [])]);
      this.#count += kept.length;
      this.#dropped += rows.length - kept.length;
    }
  }

  #report(): void {
    if (this.#dropped > 0)
      this.#options.log(`${this.#dropped} rows of the ledger were dropped: the objects of their accounts did not answer.`);
    this.#dropped = 0;
  }
}
