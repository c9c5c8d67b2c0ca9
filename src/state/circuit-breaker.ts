/**
 * Circuit breakers: one per endpoint. Each is closed (the endpoint is used), open until a time (it is not used), or half-open (one request
 * may probe it). Pure except for the injected clock: no timer, no I/O, a bounded number of endpoints. The records of two isolates can be
 * merged: see {@link SharedHealthTracker}.
 *
 * Outcomes are counted per tenant (`tenants.ts`), so one caller's failures open no circuit for another. Exception: when the circuit of a
 * listed endpoint is open for {@link AGREEING_TENANTS} other tenants, it is open for all.
 */
import type { Clock } from '../lib/clock.ts';
import type { HealthTracker, Outcome, EndpointHealth } from '../unified/endpoint-health.ts';
import { numberOf } from '../lib/json.ts';
import { createTenantStore } from './tenant-store.ts';
import {
  createWindow,
  exportSlots,
  figuresOf,
  hasAnswered,
  importSlots,
  excludeFailures,
  countRecent,
  recordOutcome,
  type SlotSnapshot,
  type Window,
} from './outcome-window.ts';

/** Consecutive failures that open the circuit. */
export const FAILURES_IN_A_ROW = 3;

/** Share of failures in the last minute above which the circuit opens, ... */
const FAILURE_RATE = 0.5;

/** ... if there were at least this many outcomes. */
const RATE_OUTCOMES = 5;

/** First pause. Each further pause doubles: 1, 2, 4, 8, 16, 30 seconds. */
export const FIRST_PAUSE_MS = 1000;

/** Longest pause, unless the provider asks for a longer one. */
export const LONGEST_PAUSE_MS = 30_000;

/** A failure within this time after the circuit closed gets the next longer pause instead of the first. */
export const RELAPSE_MS = 60_000;

/** After this time without a report, a probe is given up and the next request may probe. */
export const PROBE_EXPIRES_MS = 30_000;

/** Longest `retry-after` that is honoured. A provider that returns "tomorrow" is called again every five minutes. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** Most endpoints per tenant that are listed or have answered. The one reported longest ago is removed first. */
export const MAX_ENDPOINTS = 1000;

/** Most endpoints per tenant that are neither: clients can invent their ids. */
const MAX_UNKNOWN_ENDPOINTS = 250;

/** Other tenants whose circuit must be open before it is open for all. */
const AGREEING_TENANTS = 2;

/** Longest stored name, with its tenant. A longer name is not the name of a real model. */
export const MAX_NAME_CHARACTERS = 300;

/** Version of {@link HealthSnapshot}. A snapshot of another version is ignored. */
const LAYOUT = 3;

/** Failures since the last success. */
type FailureStreak = { lastReportMs: number; failures: number };

/** The circuit is closed while `untilMs` is 0. `level` counts the pauses; it is kept after closing, for a relapse. */
type Circuit = { sinceMs: number; level: number; untilMs: number; probeUntilMs: number };

/** A rate limit and its end. `level` counts consecutive limits; `answered` is 1 after a success. */
type RateLimit = { untilMs: number; level: number; answered: number };

/** Fields that decide which of two records is later, in order. */
const STREAK_ORDER = ['lastReportMs', 'failures'] as const;
const CIRCUIT_ORDER = ['sinceMs', 'level', 'untilMs', 'probeUntilMs'] as const;
const LIMIT_ORDER = ['untilMs', 'level', 'answered'] as const;

type Entry = {
  window: Window;
  streak: FailureStreak;
  circuit: Circuit;
  limit: RateLimit;
  changedMs: number;
};

/** State of one endpoint of one tenant (named by `tenantName`), for another isolate. Plain JSON. */
type EndpointSnapshot = { endpoint: string; streak: FailureStreak; circuit: Circuit; limit: RateLimit; slots: SlotSnapshot[] };

/** State of all endpoints, for another isolate. Plain JSON. */
export type HealthSnapshot = { layout: number; endpoints: EndpointSnapshot[] };

/** A health tracker that exchanges its state with other isolates. */
export interface SharedHealthTracker extends HealthTracker {
  /** Returns the endpoints changed since a time (milliseconds since 1970; precise to one slot). Default: all. */
  snapshot(sinceMs?: number): HealthSnapshot;
  /**
   * Merges the state of another tracker: the larger of two counts, the later of two states. Commutative and idempotent. Only for trackers
   * that report to each other, because both count the same outcomes.
   */
  merge(snapshot: HealthSnapshot): void;
}

/** Creates a tracker in which every circuit is closed. */
export function createHealthTracker(clock: Pick<Clock, 'nowMs'>): SharedHealthTracker {
  const store = createTenantStore<Entry>({ known: MAX_ENDPOINTS, unknown: MAX_UNKNOWN_ENDPOINTS });
  const emptyEntry = createEntry();
  /** No circuit of any tenant is open after this time. */
  let latestOpenMs = 0;

  /** Stores an entry that has just changed. */
  function storeEntry(endpoint: string, entry: Entry, nowMs: number): void {
    entry.changedMs = nowMs;
    latestOpenMs = Math.max(latestOpenMs, openUntilMs(entry));
    store.storeEntry(endpoint, entry, hasAnswered(entry.window));
  }

  /** Time until which enough other tenants have the circuit open, in milliseconds since 1970. Null when too few have. */
  function findAgreedUntilMs(endpoint: string, nowMs: number): number | null {
    if (latestOpenMs <= nowMs) return null;
    const ends = store.findOthers(endpoint).map(openUntilMs);
    return ends.filter((untilMs) => untilMs > nowMs).sort((one, other) => other - one)[AGREEING_TENANTS - 1] ?? null;
  }

  return {
    healthOf(endpoint) {
      const nowMs = clock.nowMs();
      const entry = store.find(endpoint) ?? emptyEntry;
      const own = stateOf(entry, nowMs);
      const agreed = own.state === 'closed' ? findAgreedUntilMs(endpoint, nowMs) : null;
      // Not copied: that would compute all figures.
      return Object.assign(figuresOf(entry.window, nowMs), agreed === null ? own : ({ state: 'open', untilMs: agreed } as const));
    },
    claimProbe(endpoint) {
      const nowMs = clock.nowMs();
      const entry = store.find(endpoint);
      if (entry === undefined || stateOf(entry, nowMs).state !== 'half-open') return false;
      entry.circuit = { ...entry.circuit, probeUntilMs: nowMs + PROBE_EXPIRES_MS };
      storeEntry(endpoint, entry, nowMs);
      return true;
    },
    report(endpoint, outcome) {
      if (endpoint.length > MAX_NAME_CHARACTERS) return;
      const nowMs = clock.nowMs();
      const entry = store.find(endpoint) ?? createEntry();
      recordOutcome(entry.window, outcome, nowMs);
      // State changes use the time of the outcome, so that a tracker that learns of it later reaches the same state.
      const atMs = Math.min(numberOf(outcome.atMs) ?? nowMs, nowMs);
      if (outcome.kind === 'limited') recordLimit(entry, outcome, atMs);
      else if (outcome.kind === 'failure') recordFailure(entry, outcome, atMs);
      else answered(entry, atMs);
      storeEntry(endpoint, entry, nowMs);
    },
    snapshot(sinceMs = 0) {
      const changed = store.all().filter(([, { changedMs }]) => changedMs >= sinceMs);
      return {
        layout: LAYOUT,
        endpoints: changed.map(([endpoint, { streak, circuit, limit, window }]) => ({
          endpoint,
          streak,
          circuit,
          limit,
          slots: exportSlots(window, sinceMs),
        })),
      };
    },
    merge({ layout, endpoints }) {
      if (layout !== LAYOUT) return;
      const nowMs = clock.nowMs();
      for (const { endpoint, streak, circuit, limit, slots } of endpoints) {
        const entry = store.find(endpoint) ?? createEntry();
        importSlots(entry.window, slots, nowMs);
        entry.streak = pickLater(entry.streak, streak, STREAK_ORDER);
        entry.circuit = pickLater(entry.circuit, circuit, CIRCUIT_ORDER);
        entry.limit = pickLater(entry.limit, limit, LIMIT_ORDER);
        storeEntry(endpoint, entry, nowMs);
      }
    },
  };
}

function createEntry(): Entry {
  return {
    window: createWindow(),
    streak: { lastReportMs: 0, failures: 0 },
    circuit: { sinceMs: 0, level: 0, untilMs: 0, probeUntilMs: 0 },
    limit: { untilMs: 0, level: 0, answered: 1 },
    changedMs: 0,
  };
}

/** Returns the later of two records. The order is total, so merging is commutative and idempotent. */
function pickLater<Fields extends string>(
  one: Record<Fields, number>,
  other: Record<Fields, number>,
  fields: readonly Fields[],
): Record<Fields, number> {
  const differing = fields.find((field) => one[field] !== other[field]);
  return differing === undefined || one[differing] > other[differing] ? one : other;
}

const pauseMs = (level: number) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (level - 1));

/** Level of the longest pause. Higher levels are not counted. */
const HIGHEST_LEVEL = 1 + Math.ceil(Math.log2(LONGEST_PAUSE_MS / FIRST_PAUSE_MS));

/** State of the circuit at a time. `outdated`: the circuit has changed since, so the outcome has no effect on it. */
function phaseAt({ circuit }: Entry, atMs: number): 'outdated' | 'closed' | 'open' | 'half-open' {
  if (atMs < circuit.sinceMs) return 'outdated';
  if (circuit.untilMs === 0) return 'closed';
  return circuit.untilMs > atMs ? 'open' : 'half-open';
}

const openUntilMs = ({ circuit, limit }: Pick<Entry, 'circuit' | 'limit'>): number =>
  Math.max(limit.untilMs, circuit.untilMs, circuit.probeUntilMs);

function stateOf({ circuit, limit }: Entry, nowMs: number): Pick<EndpointHealth, 'state' | 'untilMs'> {
  const untilMs = openUntilMs({ circuit, limit });
  if (untilMs > nowMs) return { state: 'open', untilMs };
  return { state: circuit.untilMs === 0 ? 'closed' : 'half-open', untilMs: null };
}

function answered(entry: Entry, atMs: number): void {
  if (atMs >= entry.streak.lastReportMs) entry.streak = { lastReportMs: atMs, failures: 0 };
  if (entry.limit.untilMs <= atMs) entry.limit = { ...entry.limit, answered: 1 };
  // A success while the circuit is open belongs to a call that began earlier. It does not shorten the pause.
  if (phaseAt(entry, atMs) !== 'half-open') return;
  entry.streak = { lastReportMs: Math.max(entry.streak.lastReportMs, atMs), failures: 0 };
  entry.circuit = { sinceMs: atMs, level: entry.circuit.level, untilMs: 0, probeUntilMs: 0 };
  excludeFailures(entry.window);
}

function recordFailure(entry: Entry, outcome: Outcome, atMs: number): void {
  const { lastReportMs, failures } = entry.streak;
  const isBeforeSuccess = failures === 0 && atMs < lastReportMs;
  entry.streak = { lastReportMs: Math.max(lastReportMs, atMs), failures: isBeforeSuccess ? 0 : failures + 1 };
  extendLimit(entry, numberOf(outcome.retryAfterMs) ?? 0, atMs);
  const phase = phaseAt(entry, atMs);
  // A failure while the circuit is open belongs to a call that began earlier: 40 calls that fail together cause one pause.
  if (phase === 'outdated' || phase === 'open') return;
  if (phase === 'closed' && !isFailing(entry, atMs)) return;
  const isRelapse = phase === 'half-open' || atMs - entry.circuit.sinceMs < RELAPSE_MS;
  const level = isRelapse ? Math.min(HIGHEST_LEVEL, entry.circuit.level + 1) : 1;
  entry.circuit = { sinceMs: atMs, level, untilMs: atMs + pauseMs(level), probeUntilMs: 0 };
}

function isFailing({ streak, window }: Entry, atMs: number): boolean {
  if (streak.failures >= FAILURES_IN_A_ROW) return true;
  const { failures, outcomes } = countRecent(window, atMs);
  return outcomes >= RATE_OUTCOMES && failures > FAILURE_RATE * outcomes;
}

/** Records a rate limit: the `retry-after` of the provider, else a pause that doubles until a success. No probe is needed after it. */
function recordLimit(entry: Entry, outcome: Outcome, atMs: number): void {
  const { untilMs, level, answered } = entry.limit;
  const isNew = untilMs <= atMs; // other limits belong to calls that were sent before the first limit
  if (isNew) entry.limit = { untilMs, level: answered === 1 ? 1 : Math.min(HIGHEST_LEVEL, level + 1), answered: 0 };
  extendLimit(entry, numberOf(outcome.retryAfterMs) ?? (isNew ? pauseMs(entry.limit.level) : 0), atMs);
  // A rate-limited probe proves nothing. The next probe may start after the wait.
  if (phaseAt(entry, atMs) === 'half-open') entry.circuit = { ...entry.circuit, sinceMs: atMs, probeUntilMs: 0 };
}

function extendLimit(entry: Entry, waitMs: number, atMs: number): void {
  const untilMs = waitMs > 0 ? atMs + Math.min(waitMs, LONGEST_RETRY_AFTER_MS) : 0;
  if (untilMs > entry.limit.untilMs) entry.limit = { ...entry.limit, untilMs };
}
