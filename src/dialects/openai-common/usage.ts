/**
 * Usage objects of hosts that speak OpenAI's formats: where each of them hides the same counts.
 * Counts only; prices are not known here.
 */
import { isObject, numberOf, type JsonObject } from '../../unified/json.ts';
import { usageOf, type Usage } from '../../unified/usage.ts';

/** The host leaves reasoning out of `completion_tokens` and of the total, so it has to be added (DeepInfra with Gemini models). */
export const REASONING_OUTSIDE = 'reasoning-outside-completion';

/** The counts in `raw`, or null when it holds none (Groq's non-stream `x_groq.usage`, a plain null). */
export function decodeUsage(raw: unknown, quirks: readonly string[]): Usage | null {
  if (!isObject(raw)) return null;
  const promptTokens = numberOf(raw.prompt_tokens);
  const completion = numberOf(raw.completion_tokens);
  if (promptTokens === null && completion === null) return null;
  const prompt = [raw.prompt_tokens_details, raw.prompt_token_details].find(isObject) ?? {}; // Mistral has both spellings
  const details = isObject(raw.completion_tokens_details) ? raw.completion_tokens_details : {};
  const reasoningTokens = firstNumber(details.reasoning_tokens, raw.reasoning_tokens);
  return usageOf({
    promptTokens: promptTokens ?? 0,
    completionTokens: (completion ?? 0) + reasoningLeftOut(raw, reasoningTokens, quirks),
    // DeepSeek counts hits at the top level, Moonshot too under another name, Alibaba names writes after Anthropic.
    cachedTokens: firstNumber(prompt.cached_tokens, raw.prompt_cache_hit_tokens, raw.cached_tokens, raw.num_cached_tokens),
    cacheWriteTokens: firstNumber(prompt.cache_write_tokens, prompt.cache_creation_input_tokens),
    reasoningTokens,
    costUsd: costOf(raw),
  });
}

/**
 * What the host says the answer cost: OpenRouter what it charged, DeepInfra what it expects to charge, Perplexity with its fee for the
 * request (SDK), xAI in units of 1e-10 USD (xai-proto usage.proto); the last two read 2026-11-20.
 */
function costOf({ cost, estimated_cost: expected, cost_in_usd_ticks: ticks }: JsonObject): number | null {
  const stated = firstNumber(cost, isObject(cost) ? cost.total_cost : null, expected);
  const counted = numberOf(ticks);
  return stated ?? (counted === null ? null : counted / 1e10);
}

/** Reasoning tokens missing from the completion count: xAI's totals show it, other hosts have a quirk. */
function reasoningLeftOut(raw: JsonObject, reasoningTokens: number | null, quirks: readonly string[]): number {
  if (reasoningTokens === null || reasoningTokens === 0) return 0;
  if (quirks.includes(REASONING_OUTSIDE)) return reasoningTokens;
  const [prompt, completion, total] = [numberOf(raw.prompt_tokens), numberOf(raw.completion_tokens), numberOf(raw.total_tokens)];
  const showsIt = prompt !== null && completion !== null && total === prompt + completion + reasoningTokens;
  return showsIt ? reasoningTokens : 0;
}

function firstNumber(...candidates: unknown[]): number | null {
  for (const candidate of candidates) {
    const value = numberOf(candidate);
    if (value !== null) return value;
  }
  return null;
}
