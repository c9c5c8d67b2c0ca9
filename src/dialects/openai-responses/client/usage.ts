/** Writes the usage object of OpenAI Responses, and what it has no place for. */
import type { JsonObject } from '../../../lib/json.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import { renderUsage } from '../../openai-common/client/usage.ts';

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

/** Fields of a usage object of chat completions that have another name here, or that {@link responseUsage} has. */
const NAMES: Readonly<Record<string, string>> = {
  prompt_tokens: 'input_tokens',
  completion_tokens: 'output_tokens',
  prompt_tokens_details: 'input_tokens_details',
  completion_tokens_details: 'output_tokens_details',
};
const rename = (name: string): string => NAMES[name] ?? name;

/** Counts that {@link responseUsage} writes. */
const WRITTEN: ReadonlySet<string> = new Set(['prompt_tokens', 'completion_tokens', 'total_tokens']);
const WRITTEN_PARTS: ReadonlySet<string> = new Set(['cached_tokens', 'cache_write_tokens', 'reasoning_tokens']);

/** Writes the rest of the usage: cost, calls, further parts, which counts are estimates and which parts were not reported. */
export function usageDetails(usage: Usage): JsonObject {
  const details: JsonObject = {};
  for (const [name, value] of Object.entries(renderUsage(usage))) {
    if (WRITTEN.has(name)) continue;
    if (name === 'estimated') details[name] = usage.estimated.map(rename);
    else if (NAMES[name] === undefined) details[name] = value;
    else {
      const parts = Object.entries(value as JsonObject).filter(([part]) => !WRITTEN_PARTS.has(part));
      if (parts.length > 0) details[rename(name)] = Object.fromEntries(parts);
    }
  }
  const unknown = [
    ...(usage.cachedTokens === null ? ['input_tokens_details.cached_tokens'] : []),
    ...(usage.cacheWriteTokens === null ? ['input_tokens_details.cache_write_tokens'] : []),
    ...(usage.reasoningTokens === null ? ['output_tokens_details.reasoning_tokens'] : []),
  ];
  return { ...details, ...(unknown.length === 0 ? {} : { not_reported: unknown }) };
}
