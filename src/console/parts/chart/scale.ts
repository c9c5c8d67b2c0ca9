/** Scales and sums of charts. Pure. */

/** A series of a chart: a value for each point; null = not known, which is no zero. */
export type ChartSeries = {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The sum of all series that are not shown by themselves. */
  readonly isRest?: boolean;
};

/** A span, in milliseconds from the beginning of the time line. */
export type Span = {
  readonly name: string;
  readonly outcome: string;
  readonly isGood: boolean;
  readonly from: number;
  /** When the first content came; null = none came. */
  readonly content: number | null;
  readonly to: number;
  /** False: a time is not known; the outline is dashed. */
  readonly isExact: boolean;
};

/** Series that are shown by themselves at most: more cannot be told apart. */
export const MAX_SERIES = 5;

/** Most steps of an axis. */
const MAX_STEPS = 4;

/** Round numbers from 0 to at least `max`: steps of 1, 2 or 5 times a power of ten. @param least the smallest step: 1 for counts. */
export function roundTicks(max: number, least = 0): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const step = roundStep(Math.max(least, max / MAX_STEPS));
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The smallest 1, 2 or 5 times a power of ten that is at least `value`. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(12));
}

/** Where a piece of a stacked bar begins and ends. */
export type Piece = { readonly from: number; readonly to: number };

/** Stacks the values of each point, the first series at the bottom. Unknown and negative values have no height. Result: series, then points. */
export function stack(series: readonly ChartSeries[]): Piece[][] {
  const tops: number[] = [];
  return series.map(({ values }) =>
    values.map((value, point) => {
      const from = tops[point] ?? 0;
      const to = from + Math.max(0, value ?? 0);
      tops[point] = to;
      return { from, to };
    }),
  );
}

/** The sum of each point; null where no series has a value. */
export function sumPoints(series: readonly ChartSeries[], points: number): (number | null)[] {
  return Array.from({ length: points }, (_, point) => sumKnown(series.map(({ values }) => values[point] ?? null)));
}

/** The sum of the values that are known; null = none is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** Every n-th label of an axis is written, so that they do not overlap. @param labelWidth in the unit of `width`. */
export const labelEvery = (points: number, width: number, labelWidth: number): number =>
  Math.max(1, Math.ceil((points * labelWidth) / Math.max(1, width)));

/** The point at a place of the plot, within its bounds. */
export const pointAt = (place: number, width: number, points: number): number =>
  Math.min(points - 1, Math.max(0, Math.floor((place / Math.max(1, width)) * points)));

/** The smallest value that at least this part of all values does not exceed (nearest rank). Null = there are none. @param part 0 to 1. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}

/** Values from `from` (included) to `to` (excluded; the last bin includes it). */
export type Bin = { readonly from: number; readonly to: number; readonly count: number };

/** Counts values in bins of equal, round width. @param most bins at most. */
export function binValues(values: readonly number[], most = 12): Bin[] {
  if (values.length === 0) return [];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = high > low ? roundStep((high - low) / (most - 2)) : roundStep(Math.max(1, high / most));
  const first = Math.floor(low / width);
  const bins = Math.floor(high / width) - first + 1;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.floor(value / width) - first;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, index) => ({ from: (first + index) * width, to: (first + index + 1) * width, count }));
}
