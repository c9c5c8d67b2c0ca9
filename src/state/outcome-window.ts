/**
 * What happened at one endpoint in the last five minutes: counts in slots of ten seconds, durations and speeds in logarithmic buckets.
 * No outcome is kept by itself, so a thousand a second take no more room than one. Says nothing about trust: that is `circuit-breaker.ts`.
 */
import type { Outcome, Percentiles, EndpointHealth } from '../unified/endpoint-health.ts';
import { numberOf } from '../lib/json.ts';

/** How far back the counts reach. The oldest ten seconds of it may be missing: the slot at hand is one of its thirty. */
export const WINDOW_MS = 5 * 60_000;

/** How long a slot is. */
export const SLOT_MS = 10_000;

/** How far back a failure rate looks, to within one slot. */
export const RECENT_MS = 60_000;

/** Four buckets double a value, so that the middle of one is within 9 % of all in it. */
const BUCKETS_PER_OCTAVE = 4;

/** From 1 to 2^20: to 17 minutes in milliseconds, to a million tokens a second. What is beyond counts as the outermost. */
const BUCKETS = 20 * BUCKETS_PER_OCTAVE;

/** What a slot counts: an outcome of each kind, failures that have been pardoned, and the buckets from two bases on. */
const CELL = { success: 0, failure: 1, limited: 2, pardoned: 3 } as const;
const FIRST_CONTENT = 100;
const SPEED = 200;

/** Cell to count; most cells are never there. At most 164 of them. */
type Counts = Map<number, number>;

/** The counts of five minutes. */
export type Window = {
  /** Number of the slot (in slots since 1970) to what it counted. At most 31 of them. */
  readonly slots: Map<number, Counts>;
  /** What all slots count together, kept in step, so that nobody has to add them up for every question. */
  readonly sums: Counts;
};

/** A slot on its way: a cell, its count, the next cell, its count, ... in the order of the cells. */
export type SlotSnapshot = { slot: number; counts: number[] };

/** Nothing has happened yet. */
export const createWindow = (): Window => ({ slots: new Map(), sums: new Map() });

const slotAt = (timeMs: number) => Math.floor(timeMs / SLOT_MS);
const countOf = (counts: ReadonlyMap<number, number>, cell: number) => counts.get(cell) ?? 0;

function add(window: Window, counts: Counts, cell: number, by: number): void {
  counts.set(cell, countOf(counts, cell) + by);
  window.sums.set(cell, countOf(window.sums, cell) + by);
}

/** Counts an outcome in the slot of its time. One that is too old, or bears no time, is not counted; one of the future is of now. */
export function record(window: Window, outcome: Outcome, nowMs: number): void {
  const counts = slotFor(window, slotAt(Math.min(outcome.atMs, nowMs)), nowMs);
  if (counts === null) return;
  add(window, counts, CELL[outcome.kind], 1);
  const firstContentMs = numberOf(outcome.firstContentMs);
  const tokensPerSecond = numberOf(outcome.tokensPerSecond);
  if (firstContentMs !== null) add(window, counts, FIRST_CONTENT + bucketOf(firstContentMs), 1);
  if (tokensPerSecond !== null) add(window, counts, SPEED + bucketOf(tokensPerSecond), 1);
}

/** The slot of that number, made when it is missing; null when it is not of these five minutes. */
function slotFor(window: Window, number: number, nowMs: number): Counts | null {
  forget(window, nowMs);
  // One slot ahead is let in: another machine's clock may have gone over the edge a moment before ours.
  if (!(number > slotAt(nowMs - WINDOW_MS) && number <= slotAt(nowMs) + 1)) return null;
  const counts = window.slots.get(number) ?? new Map<number, number>();
  window.slots.set(number, counts);
  return counts;
}

function forget(window: Window, nowMs: number): void {
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

/** What stands for everything in a bucket: its middle on the logarithmic scale, to three digits. */
const MIDDLES: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) =>
  Number((2 ** ((bucket + 0.5) / BUCKETS_PER_OCTAVE)).toPrecision(3)),
);

/** Whether an answer is counted. */
export const hasAnswered = ({ sums }: Window): boolean => countOf(sums, CELL.success) > 0;

/** What a standing says about the last five minutes. */
export type Figures = Omit<EndpointHealth, 'state' | 'untilMs'>;

/** Adds the window up. */
export function figuresOf(window: Window, nowMs: number): Figures {
  forget(window, nowMs);
  const { sums } = window;
  const successes = countOf(sums, CELL.success);
  const failures = countOf(sums, CELL.failure);
  return {
    successes,
    failures,
    limited: countOf(sums, CELL.limited),
    uptime: successes + failures === 0 ? null : successes / (successes + failures),
    firstContentMs: percentilesOf(sums, FIRST_CONTENT, 'low'),
    tokensPerSecond: percentilesOf(sums, SPEED, 'high'),
  };
}

const SHARES = [0.5, 0.75, 0.9, 0.99] as const;

/** Walks the buckets from their better end and notes where each share of the answers is covered. */
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

/** Failures of the last minute that have not been pardoned, and all outcomes but those that have and the limited ones. */
export function recentOf(window: Window, nowMs: number): { failures: number; outcomes: number } {
  let [failures, answers] = [0, 0];
  for (const [number, counts] of window.slots) {
    if (number <= slotAt(nowMs - RECENT_MS)) continue;
    failures += countOf(counts, CELL.failure) - countOf(counts, CELL.pardoned);
    answers += countOf(counts, CELL.success);
  }
  return { failures, outcomes: failures + answers };
}

/** The failures so far are held against the endpoint no longer. They stay in its uptime. */
export function pardon(window: Window): void {
  for (const counts of window.slots.values()) {
    const held = countOf(counts, CELL.failure) - countOf(counts, CELL.pardoned);
    if (held > 0) add(window, counts, CELL.pardoned, held);
  }
}

/** The slots that end after a time, for another book. */
export function exportSlots(window: Window, sinceMs: number): SlotSnapshot[] {
  return [...window.slots]
    .filter(([number]) => number >= slotAt(sinceMs))
    .sort(([one], [other]) => one - other)
    .map(([slot, counts]) => ({ slot, counts: [...counts].sort(([one], [other]) => one - other).flat() }));
}

/**
 * Takes slots of another book over: of every count the larger one. Books that tell each other what they hear count the same outcomes,
 * so adding would count them twice; the larger of two counts is never more than there was.
 */
export function importSlots(window: Window, slots: readonly SlotSnapshot[], nowMs: number): void {
  for (const { slot, counts: theirs } of slots) {
    const counts = slotFor(window, slot, nowMs);
    if (counts === null) continue;
    for (let place = 0; place + 1 < theirs.length; place += 2) {
      const [cell = 0, count = 0] = [theirs[place], theirs[place + 1]];
      add(window, counts, cell, Math.max(0, count - countOf(counts, cell)));
    }
  }
}
