/**
 * What tokens cost. Counted in integer nano-dollars, so that adding up never drifts. A price that is not known gives null.
 */
import type { Usage } from '../unified/usage.ts';
import type { Price } from './catalog.ts';

const NANO_USD_PER_USD = 1e9;

/** USD per million tokens is nano-dollars per thousandth of a token: 1 USD/M = 1000 nano-USD a token. */
const NANO_USD_PER_TOKEN = 1000;

/**
 * The cost in USD of one answer. Cached and written prompt tokens are part of the prompt and billed at their own price where
 * the file has one, otherwise as ordinary prompt tokens.
 */
export function costUsd(usage: Usage, price: Price): number {
  const cached = Math.min(usage.cachedTokens ?? 0, usage.promptTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.promptTokens - cached);
  const plain = usage.promptTokens - cached - written;
  const nanoUsd =
    plain * price.prompt * NANO_USD_PER_TOKEN +
    cached * (price.cachedPrompt ?? price.prompt) * NANO_USD_PER_TOKEN +
    written * (price.cacheWrite ?? price.prompt) * NANO_USD_PER_TOKEN +
    usage.completionTokens * price.completion * NANO_USD_PER_TOKEN;
  return Math.round(nanoUsd) / NANO_USD_PER_USD;
}
