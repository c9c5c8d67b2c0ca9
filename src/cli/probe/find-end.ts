/**
 * Finds where the accepted range of a number ends, towards one side. Asks the end of the unified range, the end in the file, the value just
 * beyond it, and, where they contradict, values between a refused and an accepted one. Pure.
 */
import type { Inquiry, Verdict } from './trial.ts';

/** Most requests for the end of one side, apart from the ends themselves. */
const MAX_STEPS = 24;

/** Step between numbers that are no integers: a provider file states no finer end. */
export const STEP = 0.01;

/** Parts of a step: one of them distinguishes an open end from a closed one. */
const FINE_STEPS = 10;

/** An end of a range: `isOpen` = the value itself is excluded. */
export type End = { readonly value: number; readonly isOpen: boolean };

/** One side of a range. */
export type Side = {
  /** 1 = the upper end, -1 = the lower end. */
  readonly towards: 1 | -1;
  /** A value that was accepted. */
  readonly inside: number;
  /** End in the file; null = none. */
  readonly stated: End | null;
  /** End of the unified range: farther values are never sent. Null = none. */
  readonly farthest: number | null;
  /** Step of integers; null = any number. */
  readonly grid: number | null;
};

/** Tries a value. */
export type TryNumber = (value: number) => Inquiry<Verdict>;

/** Largest number that is tried where no end is known: the largest 32-bit integer. */
export const FAR = 2_147_483_647;

/** Finds the end of one side. What was accepted and refused is in the trials; nothing is returned. */
export function* findEnd(side: Side, tryNumber: TryNumber): Inquiry<void> {
  const { towards, stated, farthest } = side;
  let accepted = side.inside;
  let refused: number | null = null;
  const isBeyond = (value: number) => (value - accepted) * towards > 0;
  const ask = function* (value: number): Inquiry<Verdict> {
    const verdict = yield* tryNumber(value);
    if (verdict === 'accepted' && isBeyond(value)) accepted = value;
    if (verdict === 'refused' && (refused === null || (refused - value) * towards > 0)) refused = value;
    return verdict;
  };

  const bracket: Bracket = { ask, accepted: () => accepted, refused: () => refused };
  if (farthest !== null && (farthest - accepted) * towards <= 0) return;
  const last = farthest ?? (stated === null ? FAR * towards : null);
  if (last !== null && isBeyond(last) && (yield* ask(last)) !== 'refused') return;
  if (stated !== null && isBeyond(stated.value) && (yield* askStated(side, stated, bracket)) === 'settled') return;
  if (refused !== null) yield* narrow(side, bracket);
}

/** Asks the end in the file and the value next to it. `settled`: the end is as the file states, or no more can be known. */
function* askStated(side: Side, stated: End, { ask, accepted, refused }: Bracket): Inquiry<'settled' | 'open'> {
  const { towards, grid, farthest } = side;
  const step = (grid ?? STEP) * towards;
  if (refused() !== stated.value && (yield* ask(stated.value)) === 'unknown') return 'settled';
  if (refused() === stated.value) return (yield* ask(next(stated.value, -step))) === 'unknown' ? 'settled' : 'open';
  // Accepted: is the next value beyond it refused?
  if (refused() === null) return (yield* reachOut(side, { ask, accepted, refused })) ?? 'open';
  const beyond = next(stated.value, step);
  if (farthest !== null && (farthest - beyond) * towards < 0) return 'open';
  const verdict = yield* ask(beyond);
  // A rounder value that is refused may be an open end: `minimum` 0.01 in the file, "above 0" at the provider.
  const isPlain = grid !== null || decimals(beyond) >= decimals(stated.value);
  return verdict === 'unknown' || (verdict === 'refused' && !stated.isOpen && isPlain) ? 'settled' : 'open';
}

type Bracket = { ask: TryNumber; accepted: () => number; refused: () => number | null };

/** Distances beyond the end in the file at which a field without a unified range is tried. */
const DISTANCES = [1, 10, 100, 1000, 1_000_000];

/** Goes beyond the end in the file, for a field without a unified range, until a value is refused. `settled`: the next value is refused. */
function* reachOut({ towards, grid, stated }: Side, { ask, accepted, refused }: Bracket): Inquiry<'settled' | null> {
  const from = accepted();
  if ((yield* ask(next(from, (grid ?? STEP) * towards))) !== 'accepted') return stated?.isOpen === true ? null : 'settled';
  for (const distance of DISTANCES) {
    if (refused() !== null || (yield* ask(next(from, distance * towards))) === 'unknown') return null;
  }
  return null;
}

/** Halves the distance between an accepted and a refused value, round values first, down to one step; then distinguishes open from closed. */
function* narrow({ towards, grid }: Side, { ask, accepted, refused }: Bracket): Inquiry<void> {
  const step = grid ?? STEP;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const [near, far] = [accepted(), refused() ?? accepted()];
    if (Math.abs(far - near) <= step * 1.000001) break;
    if ((yield* ask(between(near, far, step))) === 'unknown') return;
  }
  const [near, far] = [accepted(), refused() ?? accepted()];
  if (grid !== null || Math.abs(far - near) > step * 1.000001 || Math.abs(far - near) < (step / FINE_STEPS) * 1.000001) return;
  const fine = (step / FINE_STEPS) * towards;
  yield* ask(decimals(far) < decimals(near) ? next(far, -fine) : next(near, fine));
}

/** Values that ranges often end at. */
const LANDMARKS: readonly number[] = (
  '1 2 4 5 8 10 16 20 32 40 50 64 100 128 200 256 500 512 1000 1024 2048 4096 8192 16384 32768 65535 65536 100000 131072 1000000 10000000 ' +
  '2147483647 4294967295 9007199254740991'
)
  .split(' ')
  .map(Number);

/** Numbers this far apart are narrowed by round values first. */
const FAR_APART = 8;

/** A value about halfway: the middle landmark for integers that are far apart, else the middle on the grid of steps. */
function between(near: number, far: number, step: number): number {
  const [low, high] = near < far ? [near, far] : [far, near];
  if (step >= 1 || high - low > FAR_APART) {
    const landmarks = LANDMARKS.flatMap((mark) => [mark, mark + 1, -mark, -mark - 1]).filter((mark) => mark > low && mark < high);
    const marks = [...new Set([...landmarks, ...(low < 0 && high > 0 ? [0] : [])])].sort((one, other) => one - other);
    if (marks.length > 0) return marks[Math.floor((marks.length - 1) / 2)] ?? low;
    if (step >= 1) return Math.floor(low + (high - low) / 2);
  }
  const middle = tidy(Math.round((low + high) / 2 / step) * step);
  return middle > low && middle < high ? middle : tidy((low + high) / 2);
}

const next = (value: number, by: number): number => tidy(value + by);

/** Removes rounding errors of binary fractions. */
const tidy = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(12)));

/** Digits after the point. */
export const decimals = (value: number): number => (String(value).split('.')[1] ?? '').length;
