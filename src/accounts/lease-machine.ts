/**
 * The limits of one key and the leases under them, as a state machine: time is an argument, and what has changed is returned to be stored.
 * A lease is reserved, perhaps made larger, and settled once; one that is never settled expires, and counts its worst case where it was
 * sent. A settlement that comes later takes the place of that estimate, once.
 */
import { amountsOf, difference, larger, minus, negative, smaller, sumOf, ZERO, type Amounts } from './amounts.ts';
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
import { dueMsOf, LeaseList } from './lease-list.ts';
import { SoftAlerts } from './soft-alerts.ts';
import { DAY_MS } from './window.ts';
import { mayHaveSlices, sliceAmount, spendableAmount } from './slice.ts';
import { completeRow, type LedgerRow } from './ledger-row.ts';

/** Longest time of one lease. */
const MAX_TTL_MS = DAY_MS;

/** What a lease of another version of the Worker may lack. */
const UNNAMED = { user: null, session: null, isSent: false };
const NOTHING_SENT = { rows: [] };

/** The limits and leases of one key. Reading the clock is left to the caller; time never runs backwards. */
export class LeaseMachine {
  readonly #counters: Counters;
  readonly #leases: LeaseList;
  readonly #alerts = new SoftAlerts();
  #record: KeyRecord | null;
  #nowMs = 0;
  #changedRecord: KeyRecord | null = null;
  #rows: LedgerRow[] = [];

  constructor({ counters, leases, record }: StoredAccount, nowMs: number) {
    this.#counters = new Counters(counters);
    this.#record = record === null ? null : completeKey(record);
    this.#leases = new LeaseList(leases, this.#record);
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
    if (known === undefined) this.#makeRoom();
    const lease: StoredLease = {
      ...fields,
      draft: completeRow(fields.draft), // an older version of the Worker may have made it
      isSent: fields.isSent || known?.isSent === true,
      reservedMs: known?.reservedMs ?? nowMs,
      expiresMs: nowMs + Math.min(ttlMs, MAX_TTL_MS),
      counted: null,
      endedMs: null,
    };
    this.#leases.put(lease, record);
    this.#counters.change(this.#counters.countedBy(record, lease), { held: minus(lease.worst, known?.worst ?? ZERO) });
  }

  /** The request of a lease is being sent: from here on it may cost something. */
  markSent(id: string, atMs: number): void {
    this.#advance(atMs);
    const lease = this.#leases.get(id);
    if (lease !== undefined && lease.counted === null && !lease.isSent) this.#leases.put({ ...lease, isSent: true }, this.#record);
  }

  /**
   * Settles a lease. One that is not known has been settled before, and nothing changes.
   *
   * @returns limits whose soft part was passed since the last call, also by leases that expired.
   */
  settle(settlement: Settlement, atMs: number): readonly SoftAlert[] {
    this.#settle(settlement, atMs);
    return this.#alerts.take();
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
    this.#leases.delete(id);
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
    return this.#leases.nextDueMs();
  }

  /** Takes a record of the key, unless a newer one has been seen. @returns the newest one. */
  accept(given: KeyRecord, atMs: number): KeyRecord {
    const known = this.#record;
    if (known !== null && given.updatedMs <= known.updatedMs) return known;
    const record = completeKey(given);
    this.#record = record;
    this.#changedRecord = record;
    this.#counters.rebuild(record, this.#leases.all(), atMs);
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
    const changes = { leases: this.#leases.take(), record: this.#changedRecord, rows: this.#rows };
    [this.#changedRecord, this.#rows] = [null, []];
    return { ...changes, counters: this.#counters.take() };
  }

  #advance(atMs: number): number {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#leases.endDue(this.#nowMs, (lease) => this.#end(lease));
    return this.#nowMs;
  }

  /** @returns when the lease is due again; Infinity = it is deleted. */
  #end(lease: StoredLease): number {
    const record = this.#record;
    if (lease.counted !== null || record === null) {
      this.#leases.delete(lease.id);
      return Infinity;
    }
    const limits = this.#counters.countedBy(record, lease);
    const held = negative(lease.worst);
    if (!lease.isSent) {
      this.#leases.delete(lease.id);
      this.#counters.change(limits, { held });
      return Infinity;
    }
    const row = expiredRow(lease);
    const counted = amountsOf(row, record.isByokCounted);
    const ended: StoredLease = { ...lease, counted, endedMs: this.#nowMs };
    this.#rows.push(row);
    this.#leases.put(ended, record);
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
      this.#leases.put({ ...smallerLease, counted: amountsOf(row, record.isByokCounted) }, record);
      return this.#correct(record, lease, [row, ...rows]);
    }
    this.#leases.put(smallerLease, record);
    this.#rows.push(...rows);
    const held = negative(minus(lease.worst, worst));
    this.#count(this.#counters.countedBy(record, lease), { used: sumOf(rows, record.isByokCounted), held }, record.softAt);
  }

  /** Counts a row that has no lease. */
  #countRow(row: LedgerRow, record: KeyRecord, nowMs: number): void {
    this.#rows.push(row);
    this.#count(this.#counters.limitsOf(record, row, nowMs), { used: amountsOf(row, record.isByokCounted) }, record.softAt);
  }

  #count(limits: readonly CountedLimit[], change: Parameters<Counters['change']>[1], softAt: number | null): void {
    this.#alerts.observe(limits, softAt, () => this.#counters.change(limits, change));
  }

  /** Ends a lease where there are too many. */
  #makeRoom(): void {
    const displaced = this.#leases.displaced();
    if (displaced !== null && this.#end(displaced) !== Infinity) this.#leases.delete(displaced.id);
  }
}

/** What a lease request holds of every resource. */
export const worstOf = (usd: number, tokens: number): LeaseRequest['worst'] => ({ usd, requests: 1, tokens, concurrent: 1 });
