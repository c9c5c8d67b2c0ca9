/**
 * The limits of one key and the leases under them, as a state machine: time is an argument, and what has changed is returned to be stored.
 * A lease is reserved, perhaps made larger, and settled once; one that is never settled expires, and counts its worst case where it was
 * sent. A settlement that comes later takes the place of that estimate, once.
 */
import { difference, larger, minus, negative, smaller, sumOf, ZERO, type Amounts } from './amounts.ts';
import { Counters, stateOf, type CountedLimit } from './counters.ts';
import { completeKey, type KeyRecord } from './key-record.ts';
import type {
  AccountChanges,
  LeaseRequest,
  LimitCount,
  ReserveCall,
  ReserveResult,
  Settlement,
  SoftAlert,
  StoredAccount,
  StoredLease,
} from './lease.ts';
import { expiredRow, replaceExpired } from './expired-row.ts';
import { refusalOf } from './limit-check.ts';
import { withSharedTexts } from './shared-texts.ts';
import { mayHaveSlices, sliceAmount, spendableAmount } from './slice.ts';
import { completeRow, type LedgerRow } from './ledger-row.ts';

/** How long an expired lease waits for its settlement. */
const LATE_MS = 24 * 3_600_000;

/** Most leases of one key, open and expired. */
const MAX_LEASES = 20_000;

/** Most alerts that wait for the next settlement. */
const MAX_ALERTS = 100;

/** Longest time of one lease. */
const MAX_TTL_MS = 24 * 3_600_000;

/** What a lease of another version of the Worker may lack. */
const UNNAMED = { user: null, session: null, isSent: false };
const NOTHING_SENT = { rows: [] };

/** The limits and leases of one key. Reading the clock is left to the caller; time never runs backwards. */
export class LeaseMachine {
  readonly #counters: Counters;
  readonly #leases: Map<string, StoredLease>;
  #record: KeyRecord | null;
  /** No lease ends before. */
  #nextDueMs = 0;
  #nowMs = 0;
  #changedLeases = new Map<string, StoredLease | null>();
  #changedRecord: KeyRecord | null = null;
  #rows: LedgerRow[] = [];
  #alerts: SoftAlert[] = [];

  constructor({ counters, leases, record }: StoredAccount, nowMs: number) {
    this.#counters = new Counters(counters);
    this.#record = record === null ? null : completeKey(record);
    this.#leases = new Map(leases.map((lease) => [lease.id, withSharedTexts(lease, this.#record)] as const));
    if (this.#record !== null) this.#counters.rebuild(this.#record, leases, nowMs);
  }

  /** The account, once its key is known: the hash of the key. */
  get account(): string | null {
    return this.#record?.hash ?? null;
  }

  /** Reserves, or makes an open lease of the same id larger. Refuses where a worst case would pass a limit. */
  reserve({ record: given, lease, slice }: ReserveCall, atMs: number): ReserveResult {
    const request = { ...UNNAMED, ...lease };
    const nowMs = this.#advance(atMs);
    const record = this.accept(given, nowMs);
    if (record.disabled || (record.expiresMs !== null && record.expiresMs <= nowMs)) return { kind: 'inactive' };
    const known = this.#leases.get(request.id);
    if (known !== undefined && known.counted !== null) return { kind: 'closed' };
    const limits = this.#counters.limitsOf(record, request, nowMs);
    const worst = larger(request.worst, known?.worst ?? ZERO);
    const more = minus(worst, known?.worst ?? ZERO);
    const refusal = refusalOf(limits, { worst, more }, known !== undefined);
    if (refusal !== null) return { kind: 'refused', refusal };
    this.#hold(record, { ...request, worst }, nowMs);
    const states = limits.map(stateOf);
    return { kind: 'open', states, slice: slice === undefined ? null : this.#slice(record, { ...UNNAMED, ...slice, worst }, states) };
  }

  /** Reserves a slice where much is left. @param slice its `worst` is that of the request. @returns what it has; null = there is none. */
  #slice(record: KeyRecord, slice: LeaseRequest, states: readonly LimitCount[]): Amounts | null {
    const known = this.#leases.get(slice.id);
    if (known !== undefined) return known.counted === null ? spendableAmount(known.worst, states) : null;
    if (!mayHaveSlices(record)) return null;
    const amount = sliceAmount(states, slice.worst);
    if (amount === null) return null;
    this.#hold(record, { ...slice, worst: amount }, this.#nowMs);
    return spendableAmount(amount, states);
  }

  /** Adds a lease, or makes an open one larger. @param request its worst case is at least that of the open one. */
  #hold(record: KeyRecord, { ttlMs, ...fields }: LeaseRequest, nowMs: number): void {
    const known = this.#leases.get(fields.id);
    if (known === undefined && this.#leases.size >= MAX_LEASES) this.#dropOldest();
    const lease: StoredLease = {
      ...fields,
      draft: completeRow(fields.draft), // an older version of the Worker may have made it
      isSent: fields.isSent || known?.isSent === true,
      reservedMs: known?.reservedMs ?? nowMs,
      expiresMs: nowMs + Math.min(ttlMs, MAX_TTL_MS),
      counted: null,
      endedMs: null,
    };
    this.#put(lease);
    this.#counters.change(this.#counters.countedBy(record, lease), { held: minus(lease.worst, known?.worst ?? ZERO) });
  }

  /** The request of a lease is being sent: from here on it may cost something. */
  markSent(id: string, atMs: number): void {
    this.#advance(atMs);
    const lease = this.#leases.get(id);
    if (lease !== undefined && lease.counted === null && !lease.isSent) this.#put({ ...lease, isSent: true });
  }

  /**
   * Settles a lease. One that is not known has been settled before, and nothing changes.
   *
   * @returns limits whose soft part was passed since the last call, also by leases that expired.
   */
  settle(settlement: Settlement, atMs: number): readonly SoftAlert[] {
    this.#settle(settlement, atMs);
    return this.#alerts.splice(0);
  }

  #settle(settlement: Settlement, atMs: number): void {
    const { id, rows: given, unreserved, rest, part = 0 } = { ...NOTHING_SENT, ...settlement };
    const nowMs = this.#advance(atMs);
    const rows = given.map(completeRow);
    const lease = this.#leases.get(id);
    const record = unreserved === undefined ? this.#record : this.accept(unreserved, nowMs);
    if (record === null) return;
    if (lease === undefined) {
      if (unreserved !== undefined) for (const row of rows) this.#countRow(row, record, nowMs);
      return;
    }
    if (rest !== undefined) return this.#settlePart(record, lease, { rows, rest, part });
    this.#drop(id);
    if (lease.counted !== null) return this.#correct(record, lease, replaceExpired(lease, rows));
    this.#rows.push(...rows);
    const change = { used: sumOf(rows, record.isByokCounted), held: negative(lease.worst) };
    this.#count(this.#counters.countedBy(record, lease), change, record.softAt);
  }

  /** Counts rows in the place of the estimate of a lease that has expired. */
  #correct(record: KeyRecord, lease: StoredLease, rows: readonly LedgerRow[]): void {
    this.#rows.push(...rows);
    const used = difference(sumOf(rows, record.isByokCounted), lease.counted ?? ZERO);
    // A counter that began later has not counted the estimate.
    const since = lease.endedMs ?? this.#nowMs;
    const limits = this.#counters.countedBy(record, lease).filter(({ counter }) => counter.sinceMs <= since);
    this.#count(limits, { used }, record.softAt);
  }

  /** Ends the leases whose time is over. @returns when to call it next; null = there is no lease. */
  expire(atMs: number): number | null {
    const nowMs = this.#advance(atMs);
    this.#counters.purge(nowMs);
    return this.nextDueMs();
  }

  /** When the next lease ends, or is deleted; null = there is none. */
  nextDueMs(): number | null {
    return this.#leases.size === 0 ? null : this.#nextDueMs;
  }

  /** Takes a record of the key, unless a newer one has been seen. @returns the newest one. */
  accept(given: KeyRecord, atMs: number): KeyRecord {
    const known = this.#record;
    if (known !== null && given.updatedMs <= known.updatedMs) return known;
    const record = completeKey(given);
    this.#record = record;
    this.#changedRecord = record;
    this.#counters.rebuild(record, this.#leases.values(), atMs);
    return record;
  }

  /** The states of the key's own limits. */
  describe(given: KeyRecord, atMs: number): readonly LimitCount[] {
    const nowMs = this.#advance(atMs);
    const record = { ...this.accept(given, nowMs), userLimits: [], sessionLimits: [] };
    return this.#counters.read(record, { user: null, session: null }, nowMs).map(stateOf);
  }

  /** Returns what has changed since the last call. */
  take(): AccountChanges {
    const changes = { leases: this.#changedLeases, record: this.#changedRecord, rows: this.#rows };
    [this.#changedLeases, this.#changedRecord, this.#rows] = [new Map(), null, []];
    return { ...changes, counters: this.#counters.take() };
  }

  #advance(atMs: number): number {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    if (this.#nowMs < this.#nextDueMs) return this.#nowMs;
    let nextMs = Infinity;
    for (const lease of this.#leases.values()) {
      const dueMs = dueMsOf(lease);
      nextMs = Math.min(nextMs, dueMs <= this.#nowMs ? this.#end(lease) : dueMs);
    }
    this.#nextDueMs = nextMs;
    return this.#nowMs;
  }

  /** @returns when the lease is due again; Infinity = it is deleted. */
  #end(lease: StoredLease): number {
    const record = this.#record;
    if (lease.counted !== null || record === null) {
      this.#drop(lease.id);
      return Infinity;
    }
    const limits = this.#counters.countedBy(record, lease);
    const held = negative(lease.worst);
    if (!lease.isSent) {
      this.#drop(lease.id);
      this.#counters.change(limits, { held });
      return Infinity;
    }
    const row = expiredRow(lease);
    const counted = sumOf([row], record.isByokCounted);
    const ended: StoredLease = { ...lease, counted, endedMs: this.#nowMs };
    this.#rows.push(row);
    this.#put(ended);
    this.#count(limits, { used: counted, held }, record.softAt);
    return dueMsOf(ended);
  }

  /** Counts what a lease has paid for so far. It holds less from then on; where it has expired, its estimate is less. */
  #settlePart(record: KeyRecord, lease: StoredLease, { rows, rest, part }: Required<Pick<Settlement, 'rows' | 'rest' | 'part'>>): void {
    if (part <= (lease.parts ?? 0)) return;
    const worst = smaller(rest, lease.worst);
    const smallerLease: StoredLease = { ...lease, worst, parts: part };
    if (lease.counted !== null) {
      const row = expiredRow(smallerLease);
      this.#put({ ...smallerLease, counted: sumOf([row], record.isByokCounted) });
      return this.#correct(record, lease, [row, ...rows]);
    }
    this.#put(smallerLease);
    this.#rows.push(...rows);
    const held = negative(minus(lease.worst, worst));
    this.#count(this.#counters.countedBy(record, lease), { used: sumOf(rows, record.isByokCounted), held }, record.softAt);
  }

  /** Counts a row that has no lease. */
  #countRow(row: LedgerRow, record: KeyRecord, nowMs: number): void {
    this.#rows.push(row);
    this.#count(this.#counters.limitsOf(record, row, nowMs), { used: sumOf([row], record.isByokCounted) }, record.softAt);
  }

  #count(limits: readonly CountedLimit[], change: Parameters<Counters['change']>[1], softAt: number | null): void {
    const below = softAt === null ? [] : limits.filter((limit) => !isSoftPassed(stateOf(limit), softAt));
    this.#counters.change(limits, change);
    if (softAt === null) return;
    const passed = below.map(stateOf).filter((limit) => isSoftPassed(limit, softAt));
    if (this.#alerts.length < MAX_ALERTS) this.#alerts.push(...passed.map((limit) => ({ limit, softAt })));
  }

  /** Frees the place of the lease that has waited longest for its late settlement; else of the oldest one. */
  #dropOldest(): void {
    const [first] = this.#leases.values();
    const oldest = [...this.#leases.values()].find(({ counted }) => counted !== null) ?? first;
    if (oldest !== undefined && this.#end(oldest) !== Infinity) this.#drop(oldest.id);
  }

  #put(lease: StoredLease): void {
    this.#leases.set(lease.id, withSharedTexts(lease, this.#record));
    this.#changedLeases.set(lease.id, lease);
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMsOf(lease));
  }

  #drop(id: string): void {
    this.#leases.delete(id);
    this.#changedLeases.set(id, null);
  }
}

/** The part of a limit that is used up: at least `softAt` of it. */
const isSoftPassed = ({ max, used, resource }: LimitCount, softAt: number): boolean => resource !== 'concurrent' && used >= softAt * max;

const dueMsOf = ({ expiresMs, endedMs }: StoredLease): number => (endedMs === null ? expiresMs : endedMs + LATE_MS);

/** What a lease request holds of every resource. */
export const worstOf = (usd: number, tokens: number): LeaseRequest['worst'] => ({ usd, requests: 1, tokens, concurrent: 1 });
