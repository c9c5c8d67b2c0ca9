/** Writes the usage object of OpenAI Responses, and what it has no place for. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import { restOfUsage } from '../../shared/router-fields.ts';

/**
 * Writes the token counts. Every part is a number, since clients fail without one: a part that was not reported is 0 here, and named in
 * {@link usageDetails}.
 */
export function responseUsage(usage: Usage | null): JsonObject | null {
  if (usage === null) return null;
  const { promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens } = usage;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens ?? 0, cache_write_tokens: cacheWriteTokens ?? 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens ?? 0 },
    total_tokens: promptTokens + completionTokens,
  };
}

/** Writes the rest of the usage: cost, calls, further parts, which counts are estimates and which parts were not reported. */
export function usageDetails(usage: Usage): JsonObject {
  const unknown = [
    ...(usage.cachedTokens === null ? ['input_tokens_details.cached_tokens'] : []),
    ...(usage.cacheWriteTokens === null ? ['input_tokens_details.cache_write_tokens'] : []),
    ...(usage.reasoningTokens === null ? ['output_tokens_details.reasoning_tokens'] : []),
  ];
  return { ...restOfUsage(usage), ...(unknown.length === 0 ? {} : { not_reported: unknown }) };
}

/** Counts that Codex 0.171 fails without where the object around them is there (measured 2026-11-30). */
const REQUIRED = { input_tokens_details: 'cached_tokens', output_tokens_details: 'reasoning_tokens' } as const;

/** Adds these counts to the Response object of an upstream that leaves them out. */
export function withCounts(response: JsonObject): JsonObject {
  const { usage } = response;
  if (!isObject(usage)) return response;
  const counted = { ...usage };
  for (const [group, count] of Object.entries(REQUIRED)) {
    const details = usage[group];
    if (isObject(details) && typeof details[count] !== 'number') counted[group] = { ...details, [count]: 0 };
  }
  return { ...response, usage: counted };
}
