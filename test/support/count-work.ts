/**
 * Counts the work of a synchronous function without a clock: how often V8 runs each block of code (its precise coverage), plus how many
 * elements the built-in functions that scan or copy have passed. The count is the same on every run and every machine, so a test can
 * compare the work for an input with the work for twice the input.
 *
 * Not counted: spreading an array or object (`[...all, one]`), comparing strings, flattening a string built with `+=`. Read for those.
 */
import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import { vi } from 'vitest';

type Coverage = { result: { url: string; functions: { ranges: { count: number }[] }[] }[] };

const session = new Session();
let isConnected = false;

/** The inspector answers before `post` returns. */
function post(method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

/**
 * Loads modules of `src` so that {@link growths} sees their blocks: V8 only counts code that was compiled after counting began, so they
 * are loaded anew, as other instances than those that a test imports statically. Call it in `beforeAll`; call {@link stopCounting} in
 * `afterAll`.
 *
 * @param load imports everything that the test uses of `src`, with `import()`.
 */
export async function loadCounted<Modules>(load: () => Promise<Modules>): Promise<Modules> {
  if (!isConnected) session.connect();
  isConnected = true;
  setFlagsFromString('--no-compilation-cache'); // a module that was loaded before would come without counters
  setFlagsFromString('--no-opt'); // optimised code does not count
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  vi.resetModules();
  return load();
}

/** Ends the counting that {@link loadCounted} began, so that later tests run at full speed. */
export function stopCounting(): void {
  post('Profiler.stopPreciseCoverage');
  post('Profiler.disable');
  setFlagsFromString('--opt');
  setFlagsFromString('--compilation-cache');
}

/** The work of each run: blocks of JavaScript that ran, plus elements that built-in functions passed. */
function countEach(runs: readonly (() => void)[]): number[] {
  const natives = watchNatives();
  takeBlocks(); // sets the counts to zero
  try {
    return runs.map((run) => {
      const before = natives.passed();
      run();
      const passed = natives.passed() - before;
      return passed + takeBlocks();
    });
  } finally {
    natives.restore();
  }
}

/** Blocks that ran since the last call. It takes some milliseconds, whatever has run. */
function takeBlocks(): number {
  const { result } = post('Profiler.takePreciseCoverage') as Coverage;
  let blocks = 0;
  for (const { url, functions } of result) {
    if (!url.includes('/src/') && !url.includes('/node_modules/')) continue;
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
  }
  return blocks;
}

/** How the work of each run grows: the work for twice the input over the work for the input. 2 = linear, 4 = square. */
export function growths(runs: readonly ((size: number) => void)[], size: number): number[] {
  for (const run of runs) run(2); // what is made once is made before counting
  const work = countEach(runs.flatMap((run) => [() => run(2 * size), () => run(size)]));
  return runs.map((_, index) => (work[2 * index] ?? NaN) / (work[2 * index + 1] ?? NaN));
}

/** The same for one run. */
export const growth = (run: (size: number) => void, size: number): number => growths([run], size)[0] ?? NaN;

/** Elements that one call of a built-in function passes. */
type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;

const lengthOf = (value: unknown): number => {
  const length = (value as { length?: unknown } | null | undefined)?.length;
  return typeof length === 'number' ? length : 0;
};
const ofSelf: Cost = (self) => lengthOf(self);
const ofResult: Cost = (_self, _args, result) => lengthOf(result);
const ofFirst: Cost = (_self, [first]) => lengthOf(first);
const ofKeys: Cost = (_self, [first]) => (typeof first === 'object' && first !== null ? Object.getOwnPropertyNames(first).length : 0);
/** From where the search began to where it ended. */
const ofSearch: Cost = (self, [, from], result) => {
  const start = typeof from === 'number' ? from : 0;
  return Math.max(0, (typeof result === 'number' && result >= 0 ? result : lengthOf(self)) - start);
};
/** A regular expression reads from its start index to the end of its match. */
const ofExpression: Cost = (self, [text], result) => {
  const found = Array.isArray(result) && 'index' in result ? Number(result.index) + lengthOf(result[0]) : lengthOf(text);
  return self instanceof RegExp && (self.global || self.sticky) ? Math.min(found, 64) : found;
};

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

const COSTS: readonly (readonly [owner: object, costs: Readonly<Record<string, Cost>>])[] = [
  [
    Array.prototype,
    {
      includes: ofSelf,
      indexOf: ofSearch,
      lastIndexOf: ofSelf,
      slice: ofResult,
      splice: ofSelf,
      concat: ofResult,
      shift: ofSelf,
      unshift: ofSelf,
      join: ofSelf,
      reverse: ofSelf,
      sort: ofSelf,
      with: ofResult,
      flat: ofResult,
    },
  ],
  [
    String.prototype,
    {
      includes: ofSelf,
      indexOf: ofSearch,
      lastIndexOf: ofSelf,
      startsWith: ofFirst,
      endsWith: ofFirst,
      replace: ofSelf,
      replaceAll: ofSelf,
      split: ofSelf,
      trim: ofSelf,
      trimEnd: ofSelf,
      repeat: ofResult,
      toLowerCase: ofSelf,
    },
  ],
  [RegExp.prototype, { exec: ofExpression, test: ofExpression }],
  [TypedArray, { set: ofFirst, slice: ofResult, fill: ofSelf, subarray: () => 1 }],
  [JSON, { parse: ofFirst, stringify: ofResult }],
  [Object, { keys: ofKeys, values: ofKeys, entries: ofKeys, assign: ofKeys, fromEntries: ofFirst }],
];

/** Puts a counter around each built-in function of the table. */
function watchNatives(): { passed: () => number; restore: () => void } {
  let passed = 0;
  const originals: (() => void)[] = [];
  for (const [owner, costs] of COSTS) {
    for (const [name, cost] of Object.entries(costs)) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, name);
      if (descriptor === undefined) continue;
      const original = descriptor.value as (...args: unknown[]) => unknown;
      originals.push(() => Object.defineProperty(owner, name, descriptor));
      const counting = function (this: unknown, ...args: unknown[]): unknown {
        const length = lengthOf(this);
        const result = Reflect.apply(original, this, args);
        passed += cost(typeof this === 'object' && Array.isArray(this) ? { length } : this, args, result);
        return result;
      };
      Object.defineProperty(owner, name, { ...descriptor, value: counting });
    }
  }
  return { passed: () => passed, restore: () => originals.forEach((restore) => restore()) };
}
