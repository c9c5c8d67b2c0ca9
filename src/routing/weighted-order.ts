/**
 * The draw among endpoints that are equally good: the cheaper one is likelier to be first, by the inverse square of its price
 * (https://openrouter.ai/docs/features/provider-routing, read 2026-08-22: at a third of the price, nine times as likely). Pure: the
 * randomness comes in.
 */
import type { Candidate } from './resolve-model.ts';

/** Prices below this count as this, in USD per million tokens: what is free is likely, not certain, to be first. */
const MIN_USD = 0.01;

/**
 * One price for an endpoint, in USD per million tokens: three parts prompt to one part completion, as chats usually are. Null = not
 * known.
 */
export function blendedPrice({ offering }: Pick<Candidate, 'offering'>): number | null {
  const price = offering?.priceUsdPerMillionTokens;
  return price === undefined ? null : (3 * price.prompt + price.completion) / 4;
}

/** How likely an endpoint is first, in proportion to others. Those without a price are equally likely among themselves. */
export function weightOf(price: number | null): number {
  return price === null ? 1 : 1 / Math.max(price, MIN_USD) ** 2;
}

/**
 * A ticket; whoever has the smallest goes first. Sorting by tickets is a draw by weight without putting back, for the whole list and
 * for any part of it alike (Efraimidis and Spirakis, 2006).
 *
 * @param random in [0, 1). Always 0 gives everybody the same ticket: a stable sort then keeps the order it finds.
 */
export function randomKey(weight: number, random: number): number {
  return -Math.log(1 - random) / weight;
}
