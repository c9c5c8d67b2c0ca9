/**
 * What an answer costs by the prices of a provider file. Counted in integer nano-dollars, so that adding up never drifts. Where a kind of
 * token, a service tier or a fee occurred whose price is not known, the cost is not known either.
 */
import type { Usage } from '../unified/response/usage.ts';
import type { Price, Rates } from './provider.ts';

const NANO_USD_PER_USD = 1e9;

/** USD per million tokens is nano-dollars per thousandth of a token: 1 USD/M = 1000 nano-USD a token. */
const NANO_USD_PER_TOKEN = 1000;

/** What the price of an answer depends on besides its usage. */
export type Billing = {
  /** The service tier in the provider's word; null = none was asked for and none is stated. */
  tier?: string | null;
  /** USD for each web search; absent = not known. */
  webSearchUsd?: number | undefined;
};

/** The cost in USD of one answer; null where it is not known. */
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

/** Each token once, with its price in USD per million; undefined = not known. Null where it is not known which tokens are which. */
function billedTokens(usage: Usage, rates: Rates): (readonly [tokens: number, rate: number | undefined])[] | null {
  const { promptTokens, completionTokens, parts = {} } = usage;
  const [cached, written] = [usage.cachedTokens ?? 0, usage.cacheWriteTokens ?? 0];
  // A model that costs nothing costs nothing for every kind of token.
  if (rates.prompt === 0 && rates.completion === 0) return [];
  // Images, videos and reasoning cost what text costs, unless the file says otherwise; audio is never taken for text.
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

/** Words for the tier that is billed at the plain price. */
const STANDARD = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

/** Whether a provider's word for a service tier means the one that is billed at the plain price. */
export const isStandardTier = (word: string): boolean => STANDARD.has(word.toLowerCase());

/** The prices of a tier, for a prompt of this length; null where they are not known. */
function ratesFor(price: Price, promptTokens: number, tier: string | null): Rates | null {
  const word = (tier ?? '').toLowerCase();
  const base = isStandardTier(word) ? price : Object.hasOwn(price.tiers ?? {}, word) ? price.tiers?.[word] : undefined;
  if (base === undefined) return null;
  return (base.above ?? []).reduce<Rates>((rates, step) => (promptTokens > step.promptTokens ? step : rates), base);
}
