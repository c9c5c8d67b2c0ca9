/**
 * Reads usage objects of OpenAI-compatible providers, which have the same counts in different fields.
 */
import { countOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';
import { knownParts } from '../../../unified/response/usage-parts.ts';
import { usageOf, type Usage } from '../../../unified/response/usage.ts';

/** The provider excludes reasoning from `completion_tokens` and the total, so it is added (DeepInfra with Gemini models). */
export const REASONING_OUTSIDE = 'reasoning-outside-completion';

/** Returns the counts in `raw`, or null when there are none (Groq's non-stream `x_groq.usage`, null). */
export function decodeUsage(raw: unknown, quirks: readonly string[]): Usage | null {
  if (!isObject(raw)) return null;
  const promptTokens = countOf(raw.prompt_tokens);
  const completion = countOf(raw.completion_tokens);
  if (promptTokens === null && completion === null) return null;
  const prompt = objectOf(raw.prompt_tokens_details, raw.prompt_token_details); // Mistral has both spellings
  const details = objectOf(raw.completion_tokens_details);
  const created = objectOf(raw.cache_creation, prompt.cache_creation); // Alibaba has Anthropic's object among the details
  const reasoningTokens = firstCount(details.reasoning_tokens, raw.reasoning_tokens);
  const costUsd = costOf(raw);
  const parts = {
    textPrompt: countOf(prompt.text_tokens),
    audioPrompt: countOf(prompt.audio_tokens),
    imagePrompt: countOf(prompt.image_tokens),
    videoPrompt: countOf(prompt.video_tokens),
    cacheWrite5m: countOf(created.ephemeral_5m_input_tokens),
    cacheWrite1h: countOf(created.ephemeral_1h_input_tokens),
    textCompletion: countOf(details.text_tokens),
    audioCompletion: countOf(details.audio_tokens),
    imageCompletion: countOf(details.image_tokens),
    acceptedPrediction: countOf(details.accepted_prediction_tokens),
    rejectedPrediction: countOf(details.rejected_prediction_tokens),
    ...searchesIn(raw),
    audioSeconds: countOf(raw.prompt_audio_seconds),
  };
  const charge = chargeIn(raw);
  return usageOf({
    promptTokens: promptTokens ?? 0,
    completionTokens: (completion ?? 0) + reasoningLeftOut(raw, reasoningTokens, quirks),
    // DeepSeek counts hits at the top level, Moonshot too under another name, Alibaba names writes after Anthropic.
    cachedTokens: firstCount(
      prompt.cached_tokens,
      raw.prompt_cache_hit_tokens,
      raw.cached_tokens,
      raw.num_cached_tokens,
      raw.cached_input_tokens, // Inception
    ),
    cacheWriteTokens: firstCount(
      prompt.cache_write_tokens,
      prompt.cache_creation_input_tokens,
      prompt.cache_creation_tokens,
      sumOf(parts.cacheWrite5m, parts.cacheWrite1h),
    ),
    reasoningTokens,
    parts: knownParts(parts),
    ...(Object.keys(charge).length === 0 ? {} : { charge }),
    // Sources, searches and seconds have fees of their own, which no price of tokens shows.
    ...([parts.sources, parts.searchQueries, parts.citationTokens, parts.audioSeconds].some((count) => count !== null && count > 0)
      ? { isUnpriced: true }
      : {}),
    costUsd,
  });
}

/** The usage with the service tier that the chunk or the body beside it states. */
export function withTier(usage: Usage, { service_tier: tier }: WireObject): Usage {
  return typeof tier === 'string' ? { ...usage, serviceTier: tier } : usage;
}

/** Searches: OpenRouter counts those of its server tools, xAI sources, Perplexity searches and the tokens of what they found. */
function searchesIn(raw: WireObject) {
  const tools = objectOf(raw.server_tool_use, raw.server_tool_use_details);
  return {
    webSearches: countOf(tools.web_search_requests),
    webFetches: countOf(tools.web_fetch_requests),
    sources: countOf(raw.num_sources_used),
    searchQueries: countOf(raw.num_search_queries),
    citationTokens: countOf(raw.citation_tokens),
  };
}

/**
 * Returns the cost that the provider reports: OpenRouter the charge, DeepInfra an estimate, Perplexity with its request fee (SDK), xAI in
 * units of 1e-10 USD (xai-proto usage.proto); the last two read 2026-11-20.
 */
export function costOf({ cost, estimated_cost: expected, cost_in_usd_ticks: ticks }: WireObject): number | null {
  const stated = moneyOf(cost) ?? (isObject(cost) ? moneyOf(cost.total_cost) : null) ?? moneyOf(expected);
  const counted = moneyOf(ticks);
  return stated ?? (counted === null ? null : counted / 1e10);
}

/** The breakdown of what was charged, in OpenRouter's words; Perplexity has words of its own. Its two halves are there, or neither. */
function chargeIn({ cost, cost_details: details, is_byok: isByok }: WireObject): WireObject {
  if (details === undefined && isByok === undefined && !isObject(cost)) return {};
  const own = isObject(cost)
    ? {
        upstream_inference_prompt_cost: cost.input_tokens_cost,
        upstream_inference_completions_cost: cost.output_tokens_cost,
        request_cost: cost.request_cost,
      }
    : objectOf(details);
  const known = Object.fromEntries(Object.entries(own).filter(([, usd]) => moneyOf(usd) !== null));
  const isWhole = 'upstream_inference_prompt_cost' in known && 'upstream_inference_completions_cost' in known;
  return { ...(isWhole ? { cost_details: known } : {}), ...(typeof isByok === 'boolean' ? { is_byok: isByok } : {}) };
}

/** An amount in USD, as a number or as its digits. */
function moneyOf(value: unknown): number | null {
  const amount = typeof value === 'string' && /^\d+(\.\d+)?(e-?\d+)?$/i.test(value) ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : null;
}

const objectOf = (...candidates: unknown[]): WireObject => candidates.find(isObject) ?? {};

const sumOf = (one: number | null, other: number | null) => (one === null && other === null ? null : (one ?? 0) + (other ?? 0));

/** Reasoning tokens missing from the completion count: xAI's totals show it, other providers have a quirk. */
function reasoningLeftOut(raw: WireObject, reasoningTokens: number | null, quirks: readonly string[]): number {
  if (reasoningTokens === null || reasoningTokens === 0) return 0;
  if (quirks.includes(REASONING_OUTSIDE)) return reasoningTokens;
  const [prompt, completion, total] = [raw.prompt_tokens, raw.completion_tokens, raw.total_tokens].map(countOf);
  const showsIt = prompt != null && completion != null && total === prompt + completion + reasoningTokens;
  return showsIt ? reasoningTokens : 0;
}

function firstCount(...candidates: unknown[]): number | null {
  for (const candidate of candidates) {
    const value = countOf(candidate);
    if (value !== null) return value;
  }
  return null;
}
