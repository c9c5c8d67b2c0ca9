/**
 * `GET /generation?id=`: what is known of an answer after it ended, in OpenRouter's shape (GenerationResponse of its OpenAPI document, read
 * 2026-08-22). The last answers are in the memory of the isolate. What is not known is null, `total_cost` and `usage` included.
 */
import type { GenerationRecord, Generations } from '../ports.ts';
import type { JsonObject } from '../lib/json.ts';
import { RouterError } from '../unified/error.ts';
import type { Operation } from '../unified/request/parameters.ts';

/** OpenRouter's names of the operations. */
const API_TYPES: Readonly<Record<Operation, string>> = { chat: 'completions', completions: 'completions', embeddings: 'embeddings' };

/** Finds an answer. @param id in any client format. @throws RouterError for an id that is missing, or not remembered for this caller. */
export function findGeneration(id: string | undefined, generations: Generations): JsonObject {
  if (id === undefined || id === '')
    throw new RouterError('invalid_request', 'id is required: the id of an answer, as in GET /v1/generation?id=gen-...', { param: 'id' });
  const found = generations.find(id);
  if (found !== null) return { data: describe(found) };
  const message = `There is no answer ${JSON.stringify(id.slice(0, 100))} of this key. Only the last answers are kept, in the memory of one isolate.`;
  throw new RouterError('not_found', message, { param: 'id' });
}

function describe({ usage, attempts, ...record }: GenerationRecord): JsonObject {
  const parts = usage?.parts ?? {};
  const count = (name: string): number | null => {
    const value: unknown = (parts as JsonObject)[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    id: record.id,
    upstream_id: record.upstreamId,
    request_id: record.id,
    total_cost: usage?.costUsd ?? null,
    usage: usage?.costUsd ?? null,
    cache_discount: null,
    upstream_inference_cost: null,
    created_at: new Date(record.createdMs).toISOString(),
    model: record.model,
    provider_name: record.providerName,
    app_id: null,
    streamed: record.streamed,
    cancelled: record.cancelled,
    latency: record.latencyMs,
    moderation_latency: null,
    generation_time: record.generationMs,
    finish_reason: record.finishReason,
    native_finish_reason: record.nativeFinishReason,
    service_tier: usage?.serviceTier ?? null,
    tokens_prompt: usage?.promptTokens ?? null,
    tokens_completion: usage?.completionTokens ?? null,
    native_tokens_prompt: usage?.promptTokens ?? null,
    native_tokens_completion: usage?.completionTokens ?? null,
    native_tokens_completion_images: count('completionImage'),
    native_tokens_reasoning: usage?.reasoningTokens ?? null,
    native_tokens_cached: usage?.cachedTokens ?? null,
    num_media_prompt: null,
    num_input_audio_prompt: null,
    num_media_completion: null,
    num_search_results: null,
    num_fetches: count('webFetches'),
    web_search_engine: null,
    origin: '',
    is_byok: record.isByok,
    external_user: null,
    api_type: API_TYPES[record.operation],
    preset_id: null,
    router: null,
    provider_responses: attempts.map((attempt) => ({
      provider_name: attempt['provider'],
      model_permaslug: attempt['model'],
      status: attempt['status'],
      ...(attempt['first_content_ms'] === null ? {} : { latency: attempt['first_content_ms'] }),
      is_byok: record.isByok,
    })),
    user_agent: null,
    http_referer: null,
    data_region: 'global',
    workspace_id: null,
    ...(usage === null || usage.estimated.length === 0 ? {} : { estimated: usage.estimated }),
  };
}
