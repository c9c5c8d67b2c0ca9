/** Writes the usage object of Messages (SDK @anthropic-ai/sdk 1.14.0, Usage and MessageDeltaUsage; read 2026-11-30). */
import type { JsonObject } from '../../../lib/json.ts';
import type { UsageParts } from '../../../unified/response/usage-parts.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import { restOfUsage } from '../../shared/router-fields.ts';

/** Service tiers of the format, by the unified name. Any other tier is null here. */
const TIERS: Readonly<Record<string, string>> = { default: 'standard', standard: 'standard', priority: 'priority', batch: 'batch' };

/**
 * Writes the usage at the start of a stream, where nothing has been counted yet. Cache counts are null and not 0: clients keep the first number
 * when the last one is null.
 *
 * @param inputTokens an estimate, 1 or more: meters of clients take 0 for a fault.
 * @param tier unified service tier; null = not known.
 */
export const startUsage = (inputTokens: number, tier: string | null): JsonObject => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  cache_creation: null,
  output_tokens: 0,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: tierOf(tier),
  inference_geo: null,
  speed: null,
});

/** Writes the usage of a whole answer. `input_tokens` leaves out what the cache counts. A part that was not reported is null. */
export function finalUsage(usage: Usage | null, tier: string | null): JsonObject {
  // Clients need the object (SDK 1.14.0 throws without it), so an unknown usage is one of nulls.
  if (usage === null) return { ...startUsage(0, tier), input_tokens: null, output_tokens: null };
  const { promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens, costUsd } = usage;
  return {
    input_tokens: promptTokens - (cachedTokens ?? 0) - (cacheWriteTokens ?? 0),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation: cacheCreation(usage),
    output_tokens: completionTokens,
    output_tokens_details: reasoningTokens === null ? null : { thinking_tokens: reasoningTokens },
    server_tool_use: serverToolUse(usage.parts),
    service_tier: tierOf(tier),
    inference_geo: null,
    speed: null,
    ...(costUsd === null ? {} : { cost: costUsd }),
  };
}

/** The cost in a usage object, as it is added to that of an upstream. */
export const costOf = ({ cost }: JsonObject): JsonObject => (cost === undefined ? {} : { cost });

/** Fields of a usage of chat completions that {@link finalUsage} has. */
const WRITTEN: ReadonlySet<string> = new Set(['cost', 'cache_creation', 'server_tool_use', 'server_tool_use_details']);

/** Writes what {@link finalUsage} has no place for. */
export const usageDetails = (usage: Usage): JsonObject => restOfUsage(usage, WRITTEN);

const tierOf = (tier: string | null): string | null => (tier !== null && Object.hasOwn(TIERS, tier) ? (TIERS[tier] ?? null) : null);

/** Returns the written tokens by their time to live; null unless both are known. */
function cacheCreation({ cacheWriteTokens: written, parts = {} }: Usage): JsonObject | null {
  const { cacheWrite5m, cacheWrite1h } = parts;
  if (written === null || (cacheWrite5m === undefined && cacheWrite1h === undefined)) return null;
  return {
    ephemeral_5m_input_tokens: cacheWrite5m ?? written - (cacheWrite1h ?? 0),
    ephemeral_1h_input_tokens: cacheWrite1h ?? written - (cacheWrite5m ?? 0),
  };
}

/** Returns the counts of the provider's own tools. Both are numbers in the format: one that no provider reports is 0. */
function serverToolUse({ webSearches, webFetches }: UsageParts = {}): JsonObject | null {
  if (webSearches === undefined && webFetches === undefined) return null;
  return { web_search_requests: webSearches ?? 0, web_fetch_requests: webFetches ?? 0 };
}
