/** Writes the usage object of an answer, with OpenAI's and OpenRouter's fields. */
import type { JsonObject } from '../../../lib/json.ts';
import type { WireObject } from '../wire.ts';
import { namesOf, type PartName, type UsageParts } from '../../../unified/response/usage-parts.ts';
import type { SavedUsage, Usage } from '../../../unified/response/usage.ts';

/** Path of a part in a usage object: group (null = the object itself) and field. */
const FIELDS: Readonly<Record<PartName, readonly [group: string | null, field: string]>> = {
  textPrompt: ['prompt_tokens_details', 'text_tokens'],
  audioPrompt: ['prompt_tokens_details', 'audio_tokens'],
  imagePrompt: ['prompt_tokens_details', 'image_tokens'],
  videoPrompt: ['prompt_tokens_details', 'video_tokens'],
  filePrompt: ['prompt_tokens_details', 'file_tokens'],
  toolPrompt: ['prompt_tokens_details', 'tool_use_tokens'],
  cachedAudio: ['prompt_tokens_details', 'cached_audio_tokens'],
  cacheWrite5m: ['cache_creation', 'ephemeral_5m_input_tokens'],
  cacheWrite1h: ['cache_creation', 'ephemeral_1h_input_tokens'],
  textCompletion: ['completion_tokens_details', 'text_tokens'],
  audioCompletion: ['completion_tokens_details', 'audio_tokens'],
  imageCompletion: ['completion_tokens_details', 'image_tokens'],
  acceptedPrediction: ['completion_tokens_details', 'accepted_prediction_tokens'],
  rejectedPrediction: ['completion_tokens_details', 'rejected_prediction_tokens'],
  webSearches: ['server_tool_use', 'web_search_requests'],
  webFetches: ['server_tool_use', 'web_fetch_requests'],
  sources: [null, 'num_sources_used'],
  searchQueries: [null, 'num_search_queries'],
  citationTokens: [null, 'citation_tokens'],
  audioSeconds: [null, 'prompt_audio_seconds'],
  searchUnits: [null, 'search_units'],
};

/**
 * Writes the usage object: OpenAI's fields, `cost` and `estimated`. Parts always add up to totals. An unknown cost and details that were not
 * reported are left out, because OpenRouter's SDKs reject a null there.
 */
export function renderUsage(usage: Usage): WireObject {
  const { cachedTokens, cacheWriteTokens, reasoningTokens } = usage;
  const prompt = {
    ...(cachedTokens === null ? {} : { cached_tokens: cachedTokens }),
    ...(cacheWriteTokens === null ? {} : { cache_write_tokens: cacheWriteTokens }),
  };
  const rendered: WireObject = {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...(Object.keys(prompt).length === 0 ? {} : { prompt_tokens_details: prompt }),
    ...(reasoningTokens === null ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
  if (usage.parts !== undefined) renderParts(usage.parts, rendered);
  if (usage.costUsd !== null) rendered.cost = usage.costUsd;
  Object.assign(rendered, usage.charge, { calls: usage.calls });
  if (usage.estimated.length > 0) rendered.estimated = usage.estimated;
  if (usage.saved !== undefined) rendered.cache = renderSaved(usage.saved);
  return rendered;
}

/** Writes what an answer from the response cache would have taken. */
export const renderSaved = ({ promptTokens, completionTokens, costUsd }: SavedUsage): JsonObject => ({
  saved: {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(costUsd === null ? {} : { cost: costUsd }),
  },
});

function renderParts(parts: UsageParts, into: JsonObject & WireObject): void {
  for (const name of namesOf(parts)) {
    const [group, field] = FIELDS[name];
    if (group === null) into[field] = parts[name];
    else into[group] = { ...(into[group] as JsonObject | undefined), [field]: parts[name] };
  }
  // OpenRouter's own name for the searches of a server.
  if (parts.webSearches !== undefined) into.server_tool_use_details = { web_search_requests: parts.webSearches };
}
