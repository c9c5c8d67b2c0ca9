/**
 * Records how endpoints do (a circuit breaker for each): which are trusted, which are set aside and until when, which wait for one request to
 * probe them. Pure but for the clock that is handed in: no timer, no I/O, a bounded number of endpoints. Such records ("books") can be
 * merged: see {@link SharedHealthTracker}.
 *
 * Endpoints are counted for each tenant (`tenants.ts`), so that one caller's failures set nothing aside for another. A listed endpoint
 * that is set aside for {@link AGREEING_TENANTS} others is set aside for a tenant that trusts it itself.
 */
import type { Clock } from '../lib/clock.ts';
import type { HealthTracker, Outcome, EndpointHealth } from '../unified/endpoint-health.ts';
import { numberOf } from '../lib/json.ts';
import { createShelves } from './tenant-shelves.ts';
import {
  createWindow,
  exportSlots,
  figuresOf,
  hasAnswered,
  importSlots,
  pardon,
  recentOf,
  record,
  type SlotSnapshot,
  type Window,
} from './outcome-window.ts';

/** Failures in a row after which an endpoint is set aside. */
export const FAILURES_IN_A_ROW = 3;

/** Share of failures in the last minute above which an endpoint is set aside, ... */
const FAILURE_RATE = 0.5;

/** ... once there were that many outcomes in it. */
const RATE_OUTCOMES = 5;

/** The first pause. Every further one is twice as long: 1, 2, 4, 8, 16, 30 seconds. */
export const FIRST_PAUSE_MS = 1000;

/** The longest pause of our own making. */
export const LONGEST_PAUSE_MS = 30_000;

/** An endpoint that fails again within this time of being trusted gets the next longer pause, not the first. */
export const RELAPSE_MS = 60_000;

/** A probe that has not reported by then is given up, and the next caller may probe. */
export const PROBE_EXPIRES_MS = 30_000;

/** The longest wait that an endpoint may ask for. A provider that says "tomorrow" is asked again every five minutes. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** Most endpoints of a tenant that are listed or have answered; the one that was heard of longest ago is forgotten first. */
export const MAX_ENDPOINTS = 1000;

/** Most endpoints of a tenant that are neither: their ids may be invented. */
const MAX_UNKNOWN_ENDPOINTS = 250;

/** So many other tenants must have an endpoint set aside before it is set aside for all. */
const AGREEING_TENANTS = 2;

/** A longer name (with its tenant) is none that a provider gave its model: it is not kept. */
export const MAX_NAME_CHARACTERS = 300;

/** Changes with the meaning of a snapshot, so that Workers of two versions do not read each other's wrongly. */
const LAYOUT = 2;

/** Failures since the last success. */
type Run = { heardMs: number; failures: number };

/** Trusted while `untilMs` is 0. `level` counts the pauses so far; it outlives the trust, for a relapse. */
type Trust = { sinceMs: number; level: number; untilMs: number; probeUntilMs: number };

/** "Not now", until when. `level` counts the times in a row; `answered` is 1 when an answer has come since. */
type Limit = { untilMs: number; level: number; answered: number };

/** The fields by which one record is later than another, in order. */
const RUN = ['heardMs', 'failures'] as const;
const TRUST = ['sinceMs', 'level', 'untilMs', 'probeUntilMs'] as const;
const LIMIT = ['untilMs', 'level', 'answered'] as const;

type Entry = {
  window: Window;
  run: Run;
  trust: Trust;
  limit: Limit;
  changedMs: number;
};

/** What a book knows of one endpoint of one tenant (named by `tenantName`), on its way to another book. Plain JSON. */
type EndpointSnapshot = { endpoint: string; run: Run; trust: Trust; limit: Limit; slots: SlotSnapshot[] };

/** What a book knows. Plain JSON. */
export type HealthSnapshot = { layout: number; endpoints: EndpointSnapshot[] };

/** A book that others can be told of. */
export interface SharedHealthTracker extends HealthTracker {
  /** What has changed since a time (milliseconds since 1970; counts to within a slot), or everything. */
  snapshot(sinceMs?: number): HealthSnapshot;
  /**
   * Takes over what another book knows: of every count the larger one, of every state the later one. Merging the same twice, or two in
   * another order, gives the same. It is for books that report to each other, which have heard of the same outcomes.
   */
  merge(snapshot: HealthSnapshot): void;
}

/** An empty book: everybody is trusted. */
export function createHealthTracker(clock: Pick<Clock, 'nowMs'>): SharedHealthTracker {
  const shelves = createShelves<Entry>({ known: MAX_ENDPOINTS, unknown: MAX_UNKNOWN_ENDPOINTS });
  const unheardOf = createEntry();
  /** No endpoint of any tenant is set aside after this time. */
  let latestAsideMs = 0;

  /** Keeps an entry that has just changed. */
  function keep(endpoint: string, entry: Entry, nowMs: number): void {
    entry.changedMs = nowMs;
    latestAsideMs = Math.max(latestAsideMs, asideUntilMs(entry));
    shelves.keep(endpoint, entry, hasAnswered(entry.window));
  }

  /** Until when enough other tenants have an endpoint set aside, in milliseconds since 1970; null when too few have. */
  function agreedUntilMs(endpoint: string, nowMs: number): number | null {
    if (latestAsideMs <= nowMs) return null;
    const ends = shelves.ofOthers(endpoint).map(asideUntilMs);
    return ends.filter((untilMs) => untilMs > nowMs).sort((one, other) => other - one)[AGREEING_TENANTS - 1] ?? null;
  }

  return {
    healthOf(endpoint) {
      const nowMs = clock.nowMs();
      const entry = shelves.find(endpoint) ?? unheardOf;
      const own = stateOf(entry, nowMs);
      const agreed = own.state === 'closed' ? agreedUntilMs(endpoint, nowMs) : null;
      return { ...(agreed === null ? own : { state: 'open', untilMs: agreed }), ...figuresOf(entry.window, nowMs) };
    },
    claimProbe(endpoint) {
      const nowMs = clock.nowMs();
      const entry = shelves.find(endpoint);
      if (entry === undefined || stateOf(entry, nowMs).state !== 'half-open') return false;
      entry.trust = { ...entry.trust, probeUntilMs: nowMs + PROBE_EXPIRES_MS };
      keep(endpoint, entry, nowMs);
      return true;
    },
    report(endpoint, outcome) {
      if (endpoint.length > MAX_NAME_CHARACTERS) return;
      const nowMs = clock.nowMs();
      const entry = shelves.find(endpoint) ?? createEntry();
      record(entry.window, outcome, nowMs);
      // What follows is as of the time it happened, so that a book that hears of it later comes to the same.
      const atMs = Math.min(numberOf(outcome.atMs) ?? nowMs, nowMs);
      if (outcome.kind === 'limited') limited(entry, outcome, atMs);
      else if (outcome.kind === 'failure') failed(entry, outcome, atMs);
      else answered(entry, atMs);
      keep(endpoint, entry, nowMs);
    },
    snapshot(sinceMs = 0) {
      const changed = shelves.all().filter(([, { changedMs }]) => changedMs >= sinceMs);
      return {
        layout: LAYOUT,
        endpoints: changed.map(([endpoint, { run, trust, limit, window }]) => ({
          endpoint,
          run,
          trust,
          limit,
          slots: exportSlots(window, sinceMs),
        })),
      };
    },
    merge({ layout, endpoints }) {
      if (layout !== LAYOUT) return;
      const nowMs = clock.nowMs();
      for (const { endpoint, run, trust, limit, slots } of endpoints) {
        const entry = shelves.find(endpoint) ?? createEntry();
        importSlots(entry.window, slots, nowMs);
        entry.run = later(entry.run, run, RUN);
        entry.trust = later(entry.trust, trust, TRUST);
        entry.limit = later(entry.limit, limit, LIMIT);
        keep(endpoint, entry, nowMs);
      }
    },
  };
}

function createEntry(): Entry {
  return {
    window: createWindow(),
    run: { heardMs: 0, failures: 0 },
    trust: { sinceMs: 0, level: 0, untilMs: 0, probeUntilMs: 0 },
    limit: { untilMs: 0, level: 0, answered: 1 },
    changedMs: 0,
  };
}

/** The later of two records. A total order, which is what makes merging commutative and idempotent. */
function later<Fields extends string>(
  one: Record<Fields, number>,
  other: Record<Fields, number>,
  fields: readonly Fields[],
): Record<Fields, number> {
  const differing = fields.find((field) => one[field] !== other[field]);
  return differing === undefined || one[differing] > other[differing] ? one : other;
}

const pauseMs = (level: number) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (level - 1));

/** The level of the longest pause: no higher one is counted. */
const HIGHEST_LEVEL = 1 + Math.ceil(Math.log2(LONGEST_PAUSE_MS / FIRST_PAUSE_MS));

/** Where an endpoint was at a time, on its way from trust to trust. `before`: that time is over, and what happened then decides nothing. */
function phaseAt({ trust }: Entry, atMs: number): 'before' | 'closed' | 'pausing' | 'probing' {
  if (atMs < trust.sinceMs) return 'before';
  if (trust.untilMs === 0) return 'closed';
  return trust.untilMs > atMs ? 'pausing' : 'probing';
}

const asideUntilMs = ({ trust, limit }: Pick<Entry, 'trust' | 'limit'>): number =>
  Math.max(limit.untilMs, trust.untilMs, trust.probeUntilMs);

function stateOf({ trust, limit }: Entry, nowMs: number): Pick<EndpointHealth, 'state' | 'untilMs'> {
  const untilMs = asideUntilMs({ trust, limit });
  if (untilMs > nowMs) return { state: 'open', untilMs };
  return { state: trust.untilMs === 0 ? 'closed' : 'half-open', untilMs: null };
}

function answered(entry: Entry, atMs: number): void {
  if (atMs >= entry.run.heardMs) entry.run = { heardMs: atMs, failures: 0 };
  if (entry.limit.untilMs <= atMs) entry.limit = { ...entry.limit, answered: 1 };
  // While a pause runs, this is an answer that had begun before: it does not shorten the pause.
  if (phaseAt(entry, atMs) !== 'probing') return;
  entry.run = { heardMs: Math.max(entry.run.heardMs, atMs), failures: 0 };
  entry.trust = { sinceMs: atMs, level: entry.trust.level, untilMs: 0, probeUntilMs: 0 };
  pardon(entry.window);
}

function failed(entry: Entry, outcome: Outcome, atMs: number): void {
  const { heardMs, failures } = entry.run;
  const isBeforeSuccess = failures === 0 && atMs < heardMs;
  entry.run = { heardMs: Math.max(heardMs, atMs), failures: isBeforeSuccess ? 0 : failures + 1 };
  waitAtLeast(entry, numberOf(outcome.retryAfterMs) ?? 0, atMs);
  const phase = phaseAt(entry, atMs);
  // While a pause runs, this is a call that had begun before: forty that fail together are one trouble, and one pause.
  if (phase === 'before' || phase === 'pausing') return;
  if (phase === 'closed' && !isFailing(entry, atMs)) return;
  const isRelapse = phase === 'probing' || atMs - entry.trust.sinceMs < RELAPSE_MS;
  const level = isRelapse ? Math.min(HIGHEST_LEVEL, entry.trust.level + 1) : 1;
  entry.trust = { sinceMs: atMs, level, untilMs: atMs + pauseMs(level), probeUntilMs: 0 };
}

function isFailing({ run, window }: Entry, atMs: number): boolean {
  if (run.failures >= FAILURES_IN_A_ROW) return true;
  const { failures, outcomes } = recentOf(window, atMs);
  return outcomes >= RATE_OUTCOMES && failures > FAILURE_RATE * outcomes;
}

/** Set aside for as long as it said, else for a pause that grows while no answer comes in between. Trusted after that without a probe. */
function limited(entry: Entry, outcome: Outcome, atMs: number): void {
  const { untilMs, level, answered } = entry.limit;
  const isNew = untilMs <= atMs; // the others were sent before the first was turned away
  if (isNew) entry.limit = { untilMs, level: answered === 1 ? 1 : Math.min(HIGHEST_LEVEL, level + 1), answered: 0 };
  waitAtLeast(entry, numberOf(outcome.retryAfterMs) ?? (isNew ? pauseMs(entry.limit.level) : 0), atMs);
  // A probe that is turned away has shown nothing: the next one may try, once the wait is over.
  if (phaseAt(entry, atMs) === 'probing') entry.trust = { ...entry.trust, sinceMs: atMs, probeUntilMs: 0 };
}

function waitAtLeast(entry: Entry, waitMs: number, atMs: number): void {
  const untilMs = waitMs > 0 ? atMs + Math.min(waitMs, LONGEST_RETRY_AFTER_MS) : 0;
  if (untilMs > entry.limit.untilMs) entry.limit = { ...entry.limit, untilMs };
}
