/** Money as integers: billionths of a USD. Sums are exact up to 9 million USD. */

/** Billionths in one USD. */
const NANO_USD_PER_USD = 1e9;

/** Returns an amount in USD as billionths, rounded. Amounts below 0 and what is no number become 0, larger ones the largest exact integer. */
export function toNanoUsd(usd: number): number {
  return boundedInteger(Math.round(usd * NANO_USD_PER_USD));
}

/** Returns billionths as USD. */
export const toUsd = (nanoUsd: number): number => nanoUsd / NANO_USD_PER_USD;

/** An integer from 0 to the largest one that is exact. */
export const boundedInteger = (value: number): number => (value > 0 ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER) : 0);
