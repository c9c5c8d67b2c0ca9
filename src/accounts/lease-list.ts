/** The leases of one key, open and expired, in the order in which they were reserved. What has changed is returned to be stored. */
import type { KeyRecord } from './key-record.ts';
import type { StoredLease } from './lease.ts';
import { withSharedTexts } from './shared-texts.ts';
import { DAY_MS } from './window.ts';

/** How long an expired lease waits for its settlement. */
const LATE_MS = DAY_MS;

/** Most leases of one key, open and expired. */
const MAX_LEASES = 20_000;

/** Leases by id. */
export class LeaseList {
  readonly #leases: Map<string, StoredLease>;
  /** No lease ends before. */
  #nextDueMs = 0;
  #changed = new Map<string, StoredLease | null>();

  constructor(leases: readonly StoredLease[], record: KeyRecord | null) {
    this.#leases = new Map(leases.map((lease) => [lease.id, withSharedTexts(lease, record)] as const));
  }

  get(id: string): StoredLease | undefined {
    return this.#leases.get(id);
  }

  all(): Iterable<StoredLease> {
    return this.#leases.values();
  }

  /** When the next lease ends, or is deleted; null = there is none. */
  nextDueMs(): number | null {
    return this.#leases.size === 0 ? null : this.#nextDueMs;
  }

  /** Adds a lease, or takes its new state. */
  put(lease: StoredLease, record: KeyRecord | null): void {
    this.#leases.set(lease.id, withSharedTexts(lease, record));
    this.#changed.set(lease.id, lease);
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMsOf(lease));
  }

  delete(id: string): void {
    this.#leases.delete(id);
    this.#changed.set(id, null);
  }

  /** Passes each lease that is due to `end`, which returns when it is due again (Infinity = it is deleted). */
  endDue(nowMs: number, end: (lease: StoredLease) => number): void {
    if (nowMs < this.#nextDueMs) return;
    let nextMs = Infinity;
    for (const lease of this.#leases.values()) {
      const dueMs = dueMsOf(lease);
      nextMs = Math.min(nextMs, dueMs <= nowMs ? end(lease) : dueMs);
    }
    this.#nextDueMs = nextMs;
  }

  /** The lease whose place is needed: the one that has waited longest for its late settlement, else the oldest. Null = there is room. */
  displaced(): StoredLease | null {
    if (this.#leases.size < MAX_LEASES) return null;
    let oldest: StoredLease | null = null;
    for (const lease of this.#leases.values()) {
      if (lease.counted !== null) return lease;
      oldest ??= lease;
    }
    return oldest;
  }

  /** Returns the leases that have changed since the last call; null = deleted. */
  take(): Map<string, StoredLease | null> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}

/** When a lease ends; of an expired one, when it is deleted. */
export const dueMsOf = ({ expiresMs, endedMs }: StoredLease): number => (endedMs === null ? expiresMs : endedMs + LATE_MS);
