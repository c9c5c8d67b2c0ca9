/** The arithmetic of the tables. Pure. */

/** The middle value; the mean of the two in the middle where there is no single one. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** The value below which this share of the values lies, `share` from 0 to 1. Null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}

/**
 * The median of the ratios of values measured in the same round: what a machine does to one round it does to both.
 * Rounds where either is missing, or the divisor is 0, do not count.
 */
export function medianRatio(values: readonly (number | null)[], divisors: readonly (number | null)[]): number | null {
  const ratios = values.flatMap((value, round) => {
    const divisor = divisors[round] ?? null;
    return value === null || divisor === null || divisor === 0 ? [] : [value / divisor];
  });
  return median(ratios);
}

/** The values that are there. */
export function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
