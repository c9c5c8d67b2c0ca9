/**
 * Computes the cost of an answer from the prices of a provider file. Uses integer nano-dollars, so sums are exact. If the price of a used
 * kind of token, service tier or fee is unknown, the cost is unknown.
 */
import { usageOf, type Usage } from '../unified/response/usage.ts';
import type { Price, Rates } from './provider.ts';

const NANO_USD_PER_USD = 1e9;

/** Conversion of USD per million tokens: 1 USD/M = 1000 nano-USD per token. */
const NANO_USD_PER_TOKEN = 1000;

/** Price factors besides usage. */
export type Billing = {
  /** The service tier, with the provider's name; null = none requested and none stated. */
  tier?: string | null;
  /** USD per web search; absent = unknown. */
  webSearchUsd?: number | undefined;
};

/** Returns the cost of one answer in USD; null when unknown. */
export function costUsd(usage: Usage, price: Price, { tier = null, webSearchUsd }: Billing = {}): number | null {
  const rates = ratesFor(price, usage.promptTokens, tier);
  if (rates === null || usage.isUnpriced === true) return null;
  const billed = billedTokens(usage, rates);
  const searches = usage.parts?.webSearches ?? 0;
  if (billed === null || (searches > 0 && webSearchUsd === undefined)) return null;
  let nanoUsd = searches * (webSearchUsd ?? 0) * NANO_USD_PER_USD;
  for (const [tokens, rate] of billed) {
    if (tokens < 0 || (tokens > 0 && rate === undefined)) return null;
    nanoUsd += tokens * (rate ?? 0) * NANO_USD_PER_TOKEN;
  }
  return Math.round(nanoUsd) / NANO_USD_PER_USD;
}

/** Returns what the provider charges for a prompt that is not in its cache, in USD; null when unknown. */
export const promptUsd = (promptTokens: number, price: Price, billing: Billing = {}): number | null =>
  costUsd(usageOf({ promptTokens, completionTokens: 0 }), price, billing);

/** What a call may take at most. */
export type MostUsage = {
  promptTokens: number;
  completionTokens: number;
  /** Web searches; 0 where the request cannot cause any. */
  webSearches: number;
};

/**
 * Returns what a call costs at most, in USD: nothing comes from the cache, everything is written to it, for as long as it may be kept, and
 * reasoning, images and sound count where they are dearer than text. A provider may serve a call at the plain price of its tier.
 * `isKnown`: false = the price of the tier or of a search is not known, and the cost is that of the rest.
 */
export function mostUsd(
  { promptTokens, completionTokens, webSearches }: MostUsage,
  price: Price,
  { tier = null, webSearchUsd }: Billing = {},
): { usd: number; isKnown: boolean } {
  const asked = ratesFor(price, promptTokens, tier);
  const plain = ratesFor(price, promptTokens, null);
  const tokens = Math.max(...[asked, plain].map((rates) => (rates === null ? 0 : mostNanoUsd(promptTokens, completionTokens, rates))));
  const searches = webSearches * (webSearchUsd ?? 0) * NANO_USD_PER_USD;
  return {
    usd: Math.ceil(tokens + searches) / NANO_USD_PER_USD,
    isKnown: asked !== null && (webSearches === 0 || webSearchUsd !== undefined),
  };
}

function mostNanoUsd(promptTokens: number, completionTokens: number, rates: Rates): number {
  // A free model is free for every kind of token.
  if (rates.prompt === 0 && rates.completion === 0) return 0;
  const { cacheWrite = 0, cacheWrite1h = 0, imagePrompt = 0, audioPrompt = 0 } = rates;
  const { reasoning = 0, imageCompletion = 0, audioCompletion = 0 } = rates;
  const promptRate = Math.max(rates.prompt, cacheWrite, cacheWrite1h, imagePrompt, audioPrompt);
  const completionRate = Math.max(rates.completion, reasoning, imageCompletion, audioCompletion);
  return (promptTokens * promptRate + completionTokens * completionRate) * NANO_USD_PER_TOKEN;
}

/** Returns each token once, with its price in USD per million; undefined = unknown. Null when the kinds of tokens are unknown. */
function billedTokens(usage: Usage, rates: Rates): (readonly [tokens: number, rate: number | undefined])[] | null {
  const { promptTokens, completionTokens, parts = {} } = usage;
  const [cached, written] = [usage.cachedTokens ?? 0, usage.cacheWriteTokens ?? 0];
  // A free model is free for every kind of token.
  if (rates.prompt === 0 && rates.completion === 0) return [];
  // Images, videos and reasoning have the price of text unless the file states another one. Audio never has the price of text.
  const image = rates.imagePrompt === undefined ? 0 : (parts.imagePrompt ?? 0);
  const reasoning = rates.reasoning === undefined ? 0 : (usage.reasoningTokens ?? 0);
  const { audioPrompt = 0, cachedAudio = 0, cacheWrite1h = 0, audioCompletion = 0, imageCompletion = 0 } = parts;
  const isMixed = audioPrompt > 0 && parts.cachedAudio === undefined && rates.audioPrompt !== rates.prompt;
  if (cached > 0 && (isMixed || image > 0)) return null;
  return [
    [promptTokens - cached - written - (audioPrompt - cachedAudio) - image, rates.prompt],
    [cached - cachedAudio, rates.cachedPrompt],
    [cachedAudio, rates.cachedAudioPrompt],
    [written - cacheWrite1h, rates.cacheWrite],
    [cacheWrite1h, rates.cacheWrite1h],
    [audioPrompt - cachedAudio, rates.audioPrompt],
    [image, rates.imagePrompt],
    [completionTokens - audioCompletion - imageCompletion - reasoning, rates.completion],
    [audioCompletion, rates.audioCompletion],
    [imageCompletion, rates.imageCompletion],
    [reasoning, rates.reasoning],
  ];
}

/** Names of the tier with the plain price. */
const STANDARD = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

/** True when a provider's name for a service tier means the one with the plain price. */
export const isStandardTier = (word: string): boolean => STANDARD.has(word.toLowerCase());

/** Returns the prices of a tier for a prompt of this length; null when unknown. */
function ratesFor(price: Price, promptTokens: number, tier: string | null): Rates | null {
  const word = (tier ?? '').toLowerCase();
  const base = isStandardTier(word) ? price : Object.hasOwn(price.tiers ?? {}, word) ? price.tiers?.[word] : undefined;
  if (base === undefined) return null;
  return (base.above ?? []).reduce<Rates>((rates, step) => (promptTokens > step.promptTokens ? step : rates), base);
}
