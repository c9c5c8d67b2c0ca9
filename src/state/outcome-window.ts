/**
 * Counts the outcomes of one endpoint over the last five minutes: counts in slots of ten seconds, durations and speeds in logarithmic
 * buckets. No single outcome is kept, so 1,000 per second need no more memory than one. Circuit states are in `circuit-breaker.ts`.
 */
import type { Outcome, Percentiles, EndpointHealth } from '../unified/endpoint-health.ts';
import { numberOf } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';

/** Length of the window. Up to ten seconds of it may be missing: the current slot is one of the thirty. */
export const WINDOW_MS = 5 * 60_000;

/** Length of a slot. */
export const SLOT_MS = 10_000;

/** Period of the failure rate, precise to one slot. */
export const RECENT_MS = 60_000;

/** Four buckets per doubling: the middle of a bucket is within 9 % of every value in it. */
const BUCKETS_PER_OCTAVE = 4;

/** Values from 1 to 2^20: 17 minutes in milliseconds, or a million tokens per second. Larger values count in the last bucket. */
const BUCKETS = 20 * BUCKETS_PER_OCTAVE;

/** Cells of a slot: outcomes of each kind, failures excluded from the rate, and two histograms that begin at the bases below. */
const CELL = { success: 0, failure: 1, limited: 2, excluded: 3 } as const;
const FIRST_CONTENT = 100;
const SPEED = 200;

/** Cell to count; cells without a count are absent. At most 164 entries. */
type Counts = Map<number, number>;

/** The counts of the window. */
export type Window = {
  /** Slot number (time since 1970 divided by the slot length) to its counts. At most 31 entries. */
  readonly slots: Map<number, Counts>;
  /** Sums over all slots, kept up to date so that reading them needs no loop over the slots. */
  readonly sums: Counts;
};

/** A slot in transfer: cell, count, cell, count, ... sorted by cell. */
export type SlotSnapshot = { slot: number; counts: number[] };

/** Creates an empty window. */
export const createWindow = (): Window => ({ slots: new Map(), sums: new Map() });

const slotAt = (timeMs: number) => Math.floor(timeMs / SLOT_MS);
const countOf = (counts: ReadonlyMap<number, number>, cell: number) => counts.get(cell) ?? 0;

function add(to: readonly Counts[], cell: number, by: number): void {
  for (const counts of to) counts.set(cell, countOf(counts, cell) + by);
}

/** Counts an outcome in the slot of its time. An outcome that is too old or has no time is ignored; a future time counts as now. */
export function recordOutcome(window: Window, outcome: Outcome, nowMs: number): void {
  const counts = openSlot(window, slotAt(Math.min(outcome.atMs, nowMs)), nowMs);
  if (counts === null) return;
  add([counts, window.sums], CELL[outcome.kind], 1);
  const firstContentMs = numberOf(outcome.firstContentMs);
  const tokensPerSecond = numberOf(outcome.tokensPerSecond);
  if (firstContentMs !== null) add([counts, window.sums], FIRST_CONTENT + bucketOf(firstContentMs), 1);
  if (tokensPerSecond !== null) add([counts, window.sums], SPEED + bucketOf(tokensPerSecond), 1);
}

/** Returns the counts of a slot, created when missing. Null when the slot is outside the window. */
function openSlot(window: Window, number: number, nowMs: number): Counts | null {
  dropOldSlots(window, nowMs);
  // One slot ahead is accepted: the clock of another machine may be slightly ahead.
  if (!(number > slotAt(nowMs - WINDOW_MS) && number <= slotAt(nowMs) + 1)) return null;
  const counts = window.slots.get(number) ?? new Map<number, number>();
  window.slots.set(number, counts);
  return counts;
}

function dropOldSlots(window: Window, nowMs: number): void {
  const last = slotAt(nowMs - WINDOW_MS);
  for (const [number, counts] of window.slots) {
    if (number > last) continue;
    window.slots.delete(number);
    for (const [cell, count] of counts) window.sums.set(cell, countOf(window.sums, cell) - count);
  }
}

function bucketOf(value: number): number {
  return value > 1 ? Math.min(BUCKETS - 1, Math.floor(BUCKETS_PER_OCTAVE * Math.log2(value))) : 0;
}

/** The value reported for a bucket: its middle on the logarithmic scale, to three digits. */
const MIDDLES: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) =>
  Number((2 ** ((bucket + 0.5) / BUCKETS_PER_OCTAVE)).toPrecision(3)),
);

/** True when the window contains a success. */
export const hasAnswered = ({ sums }: Window): boolean => countOf(sums, CELL.success) > 0;

/** The part of {@link EndpointHealth} that comes from the window. */
export type Figures = Omit<EndpointHealth, 'state' | 'untilMs'>;

/** Computes the figures of the window. Percentiles are computed when they are first read, and once: few requests sort by speed. */
export function figuresOf(window: Window, nowMs: number): Figures {
  dropOldSlots(window, nowMs);
  const { sums } = window;
  const successes = countOf(sums, CELL.success);
  const failures = countOf(sums, CELL.failure);
  const firstContentMs = once(() => percentilesOf(sums, FIRST_CONTENT, 'low'));
  const tokensPerSecond = once(() => percentilesOf(sums, SPEED, 'high'));
  return {
    successes,
    failures,
    limited: countOf(sums, CELL.limited),
    uptime: successes + failures === 0 ? null : successes / (successes + failures),
    get firstContentMs() {
      return firstContentMs();
    },
    get tokensPerSecond() {
      return tokensPerSecond();
    },
  };
}

const SHARES = [0.5, 0.75, 0.9, 0.99] as const;

/** Reads percentiles from a histogram, beginning at its better end. */
function percentilesOf(sums: ReadonlyMap<number, number>, base: number, better: 'low' | 'high'): Percentiles | null {
  let total = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) total += countOf(sums, base + bucket);
  if (total === 0) return null;
  const reached: number[] = [];
  let covered = 0;
  for (let step = 0; step < BUCKETS && reached.length < SHARES.length; step++) {
    const bucket = better === 'low' ? step : BUCKETS - 1 - step;
    covered += countOf(sums, base + bucket);
    while (covered >= Math.ceil(total * (SHARES[reached.length] ?? Infinity))) reached.push(MIDDLES[bucket] ?? 0);
  }
  const [p50 = 0, p75 = 0, p90 = 0, p99 = 0] = reached;
  return { p50, p75, p90, p99 };
}

/** Counts the outcomes of the last minute, without rate limits and without excluded failures. */
export function countRecent(window: Window, nowMs: number): { failures: number; outcomes: number } {
  let [failures, answers] = [0, 0];
  for (const [number, counts] of window.slots) {
    if (number <= slotAt(nowMs - RECENT_MS)) continue;
    failures += countOf(counts, CELL.failure) - countOf(counts, CELL.excluded);
    answers += countOf(counts, CELL.success);
  }
  return { failures, outcomes: failures + answers };
}

/** Excludes all failures so far from the failure rate. They still count in the uptime. */
export function excludeFailures(window: Window): void {
  for (const counts of window.slots.values()) {
    const counted = countOf(counts, CELL.failure) - countOf(counts, CELL.excluded);
    if (counted > 0) add([counts, window.sums], CELL.excluded, counted);
  }
}

/** Exports the slots that end after a time. */
export function exportSlots(window: Window, sinceMs: number): SlotSnapshot[] {
  return [...window.slots]
    .filter(([number]) => number >= slotAt(sinceMs))
    .sort(([one], [other]) => one - other)
    .map(([slot, counts]) => ({ slot, counts: [...counts].sort(([one], [other]) => one - other).flat() }));
}

/**
 * Merges exported slots: the larger of two counts. Two trackers that report to each other count the same outcomes, so adding would count
 * them twice. The larger count is never more than the true one.
 */
export function importSlots(window: Window, slots: readonly SlotSnapshot[], nowMs: number): void {
  for (const { slot, counts: imported } of slots) {
    const counts = openSlot(window, slot, nowMs);
    if (counts === null) continue;
    for (let position = 0; position + 1 < imported.length; position += 2) {
      const [cell = 0, count = 0] = [imported[position], imported[position + 1]];
      add([counts, window.sums], cell, Math.max(0, count - countOf(counts, cell)));
    }
  }
}
