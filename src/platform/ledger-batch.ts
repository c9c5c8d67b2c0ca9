/**
 * Rows of the ledger that wait in an isolate, so that callers without limits cost one call to their object for many answers. They are written after
 * 10 s or 50 rows, in the background. An isolate that ends before has lost them: what limits count is written at once, and does not come here.
 */
import type { LedgerRow } from '../accounts/ledger-row.ts';
import type { Clock } from '../lib/clock.ts';

/** How long a row waits at most, while its isolate lives. */
export const FLUSH_MS = 10_000;

/** So many rows are written at once. */
export const FLUSH_ROWS = 50;

/** Most rows that wait. While an object does not answer, those that come beyond them are dropped. */
export const MAX_WAITING_ROWS = 1000;

/** A flush that has not begun this long after its time is given up: its request ended, and its timer with it. */
const GIVE_UP_MS = 1000;

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
  #waiting = new Map<string, LedgerRow[]>();
  #count = 0;
  #dropped = 0;
  /** When the next flush begins; null = none is planned. */
  #flushMs: number | null = null;
  /** After an error there is no flush before this time. */
  #pausedUntilMs = 0;

  constructor(options: BatchOptions) {
    this.#options = options;
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
    this.#plan();
  }

  /** Writes what waits. Rows that could not be written wait again. Never fails. */
  async flush(): Promise<void> {
    const taken = this.#waiting;
    this.#waiting = new Map();
    this.#count = 0;
    this.#flushMs = null;
    await Promise.all([...taken].map(([account, rows]) => this.#write(account, rows)));
    this.#report();
  }

  #plan(): void {
    const { clock, background } = this.#options;
    const nowMs = clock.nowMs();
    if (nowMs < this.#pausedUntilMs) return;
    const delayMs = this.#count >= FLUSH_ROWS ? 0 : FLUSH_MS;
    const isPlanned = this.#flushMs !== null && this.#flushMs <= nowMs + delayMs && nowMs < this.#flushMs + GIVE_UP_MS;
    if (isPlanned) return;
    this.#flushMs = nowMs + delayMs;
    const work = new Promise<void>((resolve) => void clock.setTimer(delayMs, resolve)).then(() => this.flush());
    try {
      background(work);
    } catch {
      // There is no current request to keep alive. The flush runs anyway.
    }
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
