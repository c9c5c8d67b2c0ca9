/** What the machine's changes leave in a store, and values for tests of limits. */
import type { AccountChanges, LeaseRequest, StoredAccount, StoredCounter, StoredLease } from '../../src/accounts/lease.ts';
import { worstOf } from '../../src/accounts/lease-machine.ts';
import { UNRESTRICTED, type KeyLimit, type KeyRecord } from '../../src/accounts/key-record.ts';
import type { LedgerRow } from '../../src/accounts/ledger-row.ts';
import { ledgerRow } from '../support/ledger-rows.ts';

export const START_MS = Date.UTC(2026, 10, 30, 12);

/** A store in memory. Applies what the object writes in one transaction. */
export class AccountStore {
  readonly #counters = new Map<string, StoredCounter>();
  readonly #leases = new Map<string, StoredLease>();
  #record: KeyRecord | null = null;
  rows: LedgerRow[] = [];

  save({ counters, leases, record, rows }: AccountChanges): void {
    apply(this.#counters, counters);
    apply(this.#leases, leases);
    this.#record = record ?? this.#record;
    for (const row of rows) {
      const place = this.rows.findIndex(({ id, createdMs }) => id === row.id && createdMs === row.createdMs);
      if (place >= 0) this.rows[place] = row;
      else this.rows.push(row);
    }
  }

  /** A copy, as storage gives it. */
  load(): StoredAccount {
    return structuredClone({ counters: [...this.#counters.values()], leases: [...this.#leases.values()], record: this.#record });
  }
}

function apply<Value>(to: Map<string, Value>, changes: ReadonlyMap<string, Value | null>): void {
  for (const [id, value] of changes) {
    if (value === null) to.delete(id);
    else to.set(id, value);
  }
}

export const limit = (fields: Partial<KeyLimit>): KeyLimit => ({
  resource: 'usd',
  window: 'total',
  amount: 1,
  calendar: true,
  timezone: 'UTC',
  ...fields,
});

export const keyRecord = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  hash: 'a'.repeat(64),
  name: 'test',
  label: 'sk-trb-v1-ab...wxyz',
  createdMs: START_MS,
  updatedMs: START_MS,
  ...UNRESTRICTED,
  ...fields,
});

export const costRow = (id: string, costNanoUsd: number | null = null, tokens: number | null = null): LedgerRow =>
  ledgerRow({
    id,
    createdMs: START_MS,
    tokens: tokens === null ? null : { prompt: tokens, completion: 0, cached: null, cacheWrite: null, reasoning: null },
    costNanoUsd,
  });

export const leaseRequest = (id: string, fields: Partial<LeaseRequest> = {}): LeaseRequest => ({
  id,
  worst: worstOf(1000, 10),
  user: null,
  session: null,
  ttlMs: 60_000,
  isSent: true,
  draft: costRow(id),
  ...fields,
});
