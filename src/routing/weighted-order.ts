/**
 * Weighted random order of equally good endpoints. The weight is the inverse square of the price: an endpoint at a third of the price is
 * nine times as likely to be first (https://openrouter.ai/docs/features/provider-routing, read 2026-08-22). Pure: random numbers are passed
 * in.
 */
import type { Candidate } from './resolve-model.ts';

/** Lower bound of a price, in USD per million tokens, so that a free endpoint is likely but not certain to be first. */
const MIN_USD = 0.01;

/**
 * Returns one price per endpoint, in USD per million tokens: three parts prompt to one part completion, a usual ratio in chats. Null =
 * unknown.
 */
export function blendedPrice({ offering }: Pick<Candidate, 'offering'>): number | null {
  const price = offering?.priceUsdPerMillionTokens;
  return price === undefined ? null : (3 * price.prompt + price.completion) / 4;
}

/** Returns the relative chance to be first. Endpoints without a price have equal chances. */
export function weightOf(price: number | null): number {
  return price === null ? 1 : 1 / Math.max(price, MIN_USD) ** 2;
}

/**
 * Returns a sort key; the smallest comes first. Sorting by these keys is weighted sampling without replacement, for the whole list and for
 * any part of it (Efraimidis and Spirakis, 2006).
 *
 * @param random in [0, 1). If it is always 0, all keys are equal, and a stable sort keeps the order.
 */
export function randomKey(weight: number, random: number): number {
  return -Math.log(1 - random) / weight;
}
