/** Counters of the limits of one key: what was used in the current window, and what open leases hold. */
import { ZERO } from './amounts.ts';
import type { KeyLimit, KeyRecord, LimitResource } from './key-record.ts';
import type { LimitScope, LimitCount, StoredCounter, StoredLease } from './lease.ts';
import { boundedInteger, toNanoUsd } from './money.ts';
import { calendarWindow, windowFromUse, type WindowSpan } from './window.ts';
import { hashText } from '../lib/hash.ts';

/** Most counters of one key. Above it, those whose window has ended are removed, then those that were written longest ago. */
const MAX_COUNTERS = 20_000;

/** Counts for one limit of one scope. */
type Counter = {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly sinceMs: number;
  used: number;
  held: number;
};

/** A change of each resource; below 0 = less. */
type Change = Readonly<Record<LimitResource, number>>;

/** A limit that a request is under, and its counter. */
export type CountedLimit = Readonly<{ scope: LimitScope; limit: KeyLimit; counter: Readonly<Counter> }>;

/** Users and sessions that limits apply to. */
type Named = Pick<StoredLease, 'user' | 'session'>;

/** The largest amount that a limit allows; `usd` in billionths. */
const maxOf = ({ resource, amount }: KeyLimit): number => (resource === 'usd' ? toNanoUsd(amount) : boundedInteger(amount));

/** All counters of one key. Changed ones are collected until they are taken. */
export class Counters {
  readonly #counters = new Map<string, Counter>();
  #changed = new Map<string, StoredCounter | null>();

  constructor(stored: readonly StoredCounter[]) {
    for (const { id, startMs, endMs, sinceMs, used } of stored)
      this.#counters.set(id, { id, startMs, endMs: endMs ?? Infinity, sinceMs, used, held: 0 });
  }

  /** The limits that apply to a request, with the counters of their windows now. Requests that name no user, or no session, count as one. */
  limitsOf(record: KeyRecord, named: Named, nowMs: number): CountedLimit[] {
    return scopedLimits(record, named).map(({ scope, limit, id }) => ({ scope, limit, counter: this.#counterAt(id, limit, nowMs) }));
  }

  /** The same for a reader: no window begins, and no counter. */
  read(record: KeyRecord, named: Named, nowMs: number): CountedLimit[] {
    return scopedLimits(record, named).map(({ scope, limit, id }) => {
      const known = this.#counters.get(id);
      const counter = known !== undefined && nowMs < known.endMs ? known : newCounter(id, limit, nowMs);
      return { scope, limit, counter };
    });
  }

  /** The limits that a lease counts against: those whose window has the time of its reservation. Several may have one counter. */
  countedBy(record: KeyRecord, { reservedMs, ...named }: Named & { reservedMs: number }): CountedLimit[] {
    return scopedLimits(record, named).flatMap(({ scope, limit, id }) => {
      const counter = this.#counters.get(id);
      const isCounted = counter !== undefined && counter.startMs <= reservedMs && reservedMs < counter.endMs;
      return isCounted ? [{ scope, limit, counter }] : [];
    });
  }

  /** Changes what these limits have counted and what leases hold of them. Each counter changes once. */
  change(limits: readonly CountedLimit[], { used = ZERO, held = ZERO }: { used?: Change; held?: Change }): void {
    for (const [counter, resource] of new Map(limits.map(({ counter, limit }) => [counter as Counter, limit.resource] as const))) {
      counter.held += held[resource];
      if (used[resource] === 0) continue;
      counter.used = Math.min(counter.used + used[resource], Number.MAX_SAFE_INTEGER);
      this.#store(counter);
    }
  }

  /** Removes the counters of users and sessions whose window has ended. */
  purge(nowMs: number): void {
    for (const { id, endMs, held } of this.#counters.values()) if (endMs <= nowMs && held === 0 && !id.startsWith('key')) this.#remove(id);
  }

  /** Holds what open leases hold, and removes the counters of limits that the key no longer has. */
  rebuild(record: KeyRecord, leases: Iterable<StoredLease>, nowMs: number): void {
    for (const counter of this.#counters.values()) {
      counter.held = 0;
      if (!hasLimitOf(record, counter.id)) this.#remove(counter.id);
    }
    for (const lease of leases) {
      if (lease.counted !== null) continue;
      for (const { id, limit } of scopedLimits(record, lease)) if (!isFromUse(limit)) this.#counterAt(id, limit, nowMs);
      this.change(this.countedBy(record, lease), { held: lease.worst });
    }
  }

  /** Returns what has changed since the last call. */
  take(): ReadonlyMap<string, StoredCounter | null> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }

  #counterAt(id: string, limit: KeyLimit, nowMs: number): Counter {
    const known = this.#counters.get(id);
    if (known !== undefined && nowMs < known.endMs) return known;
    const fresh = newCounter(id, limit, nowMs);
    // Where clocks are set back by half an hour, an hour of the calendar begins in the one before: windows do not overlap.
    const counter = { ...fresh, startMs: Math.max(fresh.startMs, known?.endMs ?? 0) };
    this.#counters.set(id, counter);
    if (counter.startMs === nowMs) this.#store(counter); // where a window began cannot be computed again
    if (this.#counters.size > MAX_COUNTERS) this.#makeRoom(nowMs);
    return counter;
  }

  #makeRoom(nowMs: number): void {
    this.purge(nowMs);
    for (const { id, held } of this.#counters.values()) {
      if (this.#counters.size <= MAX_COUNTERS * 0.9) return;
      if (held === 0 && !id.startsWith('key')) this.#remove(id);
    }
  }

  #store({ id, startMs, endMs, sinceMs, used }: Counter): void {
    this.#changed.set(id, { id, startMs, endMs: endMs === Infinity ? null : endMs, sinceMs, used });
  }

  #remove(id: string): void {
    this.#counters.delete(id);
    this.#changed.set(id, null);
  }
}

function newCounter(id: string, limit: KeyLimit, nowMs: number): Counter {
  const { startMs, endMs } = spanOf(limit, nowMs);
  return { id, startMs, endMs, sinceMs: nowMs, used: 0, held: 0 };
}

/** The state of a limit. */
export const stateOf = ({ scope, limit, counter }: CountedLimit): LimitCount => ({
  scope,
  resource: limit.resource,
  window: limit.window,
  max: maxOf(limit),
  used: counter.used,
  held: counter.held,
  resetMs: counter.endMs === Infinity ? null : counter.endMs,
});

function spanOf({ resource, window, calendar, timezone }: KeyLimit, nowMs: number): WindowSpan {
  if (resource === 'concurrent') return windowFromUse('total', nowMs);
  return calendar ? calendarWindow(window, timezone, nowMs) : windowFromUse(window, nowMs);
}

/** Its windows begin with requests, so an open lease begins none. */
const isFromUse = ({ resource, window, calendar }: KeyLimit): boolean => !calendar && window !== 'total' && resource !== 'concurrent';

/** The kind of a counter: limits that differ in their amount alone share it. */
function kindOf({ resource, window, calendar, timezone }: KeyLimit): string {
  if (resource === 'concurrent') return resource;
  return `${resource} ${window} ${window === 'total' ? '' : calendar ? timezone : 'use'}`;
}

type ScopedLimit = { scope: LimitScope; limit: KeyLimit; id: string };

function scopedLimits({ limits, userLimits, sessionLimits }: KeyRecord, { user, session }: Named): ScopedLimit[] {
  const scoped = (scope: LimitScope, name: string, list: readonly KeyLimit[]) =>
    list.map((limit) => ({ scope, limit, id: `${scope}${name} ${kindOf(limit)}` }));
  return [
    ...scoped('key', '', limits),
    ...(userLimits.length === 0 ? [] : scoped('user', `:${hashText(user ?? '')}`, userLimits)),
    ...(sessionLimits.length === 0 ? [] : scoped('session', `:${hashText(session ?? '')}`, sessionLimits)),
  ];
}

function hasLimitOf({ limits, userLimits, sessionLimits }: KeyRecord, id: string): boolean {
  const list = id.startsWith('user') ? userLimits : id.startsWith('session') ? sessionLimits : limits;
  const kind = id.slice(id.indexOf(' ') + 1);
  return list.some((limit) => kindOf(limit) === kind);
}
