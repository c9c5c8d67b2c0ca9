/** The slices of one isolate (`accounts/slice.ts`): one for an account, for some seconds. */
import type { Amounts } from '../accounts/amounts.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import type { LimitCount, Settlement } from '../accounts/lease.ts';
import type { LedgerRow } from '../accounts/ledger-row.ts';
import { mayHaveSlices, Slice, SLICE_MS } from '../accounts/slice.ts';
import { doLater } from './delayed-work.ts';
import type { Clock } from '../lib/clock.ts';

/** Most accounts with a slice. */
const MAX_SLICES = 1000;

/** What slices are made of. */
type SliceOptions = {
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  /** Never fails. */
  settle: (account: string, settlement: Settlement) => Promise<void>;
};

/** A slice, and what its limits had counted when it was reserved. */
type Held = { slice: Slice; states: readonly LimitCount[] };

/** A request that a slice pays for. */
export type PaidRequest = {
  states: readonly LimitCount[];
  /** It has ended. */
  settle: (row: LedgerRow) => void;
};

/** The slices of one isolate. */
export class AccountSlices {
  readonly #options: SliceOptions;
  readonly #held = new Map<string, Held>();
  /** Accounts for which a slice is being reserved. */
  readonly #asked = new Set<string>();

  constructor(options: SliceOptions) {
    this.#options = options;
  }

  /** Pays for a request. Null = it needs a lease of its own, and the account has no slice any more. */
  pay(account: string, key: KeyRecord, worst: Amounts): PaidRequest | null {
    const held = this.#held.get(account);
    if (held === undefined) return null;
    const { slice, states } = held;
    if (!slice.isFor(key, this.#options.clock.nowMs()) || !slice.spend(worst)) {
      this.#settle(account, this.#close(account));
      return null;
    }
    return { states, settle: (row) => this.#settle(account, slice.settle(worst, row)) };
  }

  /** Reserves a slice while `reserve` runs, where the account may have one and none is being reserved. */
  async ask<Result>(account: string, key: KeyRecord, reserve: (wantsSlice: boolean) => Promise<Result>): Promise<Result> {
    const wants = mayHaveSlices(key) && !this.#asked.has(account) && !this.#held.has(account) && this.#held.size < MAX_SLICES;
    if (!wants) return reserve(false);
    this.#asked.add(account);
    try {
      return await reserve(true);
    } finally {
      this.#asked.delete(account);
    }
  }

  /** Ends the slice of an account, so that its object has counted all that it has paid for. */
  async flush(account: string): Promise<void> {
    const settlement = this.#close(account);
    if (settlement !== null) await this.#options.settle(account, settlement);
  }

  /** Begins a slice that the object has granted. It ends with the first of the windows, or after some seconds. */
  begin(account: string, granted: { id: string; amount: Amounts; record: KeyRecord; states: readonly LimitCount[] }): void {
    const { clock, background } = this.#options;
    const { states, ...origin } = granted;
    const endMs = Math.min(clock.nowMs() + SLICE_MS, ...states.map(({ resetMs }) => resetMs ?? Infinity));
    const slice = new Slice({ ...origin, endMs });
    this.#held.set(account, { slice, states });
    background(
      doLater(clock, Math.max(0, endMs - clock.nowMs()), async () => {
        if (this.#held.get(account)?.slice === slice) await this.flush(account);
      }),
    );
  }

  #close(account: string): Settlement | null {
    const slice = this.#held.get(account)?.slice;
    this.#held.delete(account);
    return slice?.close() ?? null;
  }

  #settle(account: string, settlement: Settlement | null): void {
    if (settlement !== null) this.#options.background(this.#options.settle(account, settlement));
  }
}
