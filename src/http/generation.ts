/**
 * `GET /generation?id=`: what is known of an answer after it ended, in OpenRouter's shape (GenerationResponse of its OpenAPI document, read
 * 2026-08-22). The last answers are in the memory of the isolate; those of the ledger are found from every isolate. What is not known is null,
 * `total_cost` and `usage` included.
 */
import type { AccountRow, Ledger } from '../accounts/activity.ts';
import type { Caller } from '../accounts/caller.ts';
import { toUsd } from '../accounts/money.ts';
import type { Generations } from '../ports.ts';
import type { JsonObject } from '../lib/json.ts';
import { toLedgerRow } from '../state/ledger-entry.ts';
import { RouterError } from '../unified/error.ts';
import type { UsageParts } from '../unified/response/usage-parts.ts';
import { readAccount, type Query } from './activity-query.ts';

/** OpenRouter's names of the operations. */
const API_TYPES: Readonly<Record<string, string>> = { chat: 'completions', completions: 'completions', embeddings: 'embeddings' };

/** Where answers are looked for. */
export type AnswerSources = { caller: Caller; generations: Pick<Generations, 'find'>; ledger: Pick<Ledger, 'find'> | null };

/**
 * Finds an answer of the caller by `id`, in any client format. The operator may name another account in `key`.
 *
 * @throws RouterError for an id that is missing, or that is not known for this caller.
 */
export async function findGeneration(query: Query, { caller, generations, ledger }: AnswerSources): Promise<JsonObject> {
  const id = query['id'] ?? '';
  if (id === '')
    throw new RouterError('invalid_request', 'id is required: the id of an answer, as in GET /v1/generation?id=gen-...', { param: 'id' });
  const account = readAccount(query, caller) ?? caller.account;
  const found = account === caller.account ? generations.find(id) : null;
  if (found !== null) return { data: describe({ account, row: toLedgerRow(found, caller) }, found.usage?.parts) };
  const row = (await ledger?.find(account, id)) ?? null;
  if (row !== null) return { data: describe({ account, row }) };
  const kept = ledger === null ? 'the last answers are kept, in the memory of one isolate' : 'the last answers of each key are kept';
  throw new RouterError('not_found', `There is no answer ${JSON.stringify(id.slice(0, 100))} of this key. Only ${kept}.`, { param: 'id' });
}

/** @param parts further counts; they are not in the ledger. */
function describe({ account, row }: AccountRow, parts: UsageParts = {}): JsonObject {
  const count = (name: string): number | null => {
    const value: unknown = (parts as JsonObject)[name];
    return typeof value === 'number' ? value : null;
  };
  const { tokens } = row;
  const cost = row.costNanoUsd === null ? null : toUsd(row.costNanoUsd);
  return {
    id: row.id,
    upstream_id: row.upstreamId,
    request_id: row.id,
    total_cost: cost,
    usage: cost,
    cache_discount: null,
    upstream_inference_cost: null,
    created_at: new Date(row.createdMs).toISOString(),
    model: row.model,
    provider_name: row.providerName,
    app_id: null,
    streamed: row.streamed,
    cancelled: row.cancelled,
    latency: row.firstContentMs,
    moderation_latency: null,
    generation_time: row.generationMs,
    finish_reason: row.finish,
    native_finish_reason: row.nativeFinish,
    service_tier: row.serviceTier,
    tokens_prompt: tokens?.prompt ?? null,
    tokens_completion: tokens?.completion ?? null,
    native_tokens_prompt: tokens?.prompt ?? null,
    native_tokens_completion: tokens?.completion ?? null,
    native_tokens_completion_images: count('completionImage'),
    native_tokens_reasoning: tokens?.reasoning ?? null,
    native_tokens_cached: tokens?.cached ?? null,
    num_media_prompt: null,
    num_input_audio_prompt: null,
    num_media_completion: null,
    num_search_results: null,
    num_fetches: count('webFetches'),
    web_search_engine: null,
    origin: '',
    is_byok: row.isByok,
    external_user: row.user,
    session_id: row.session,
    api_type: API_TYPES[row.operation] ?? row.operation,
    preset_id: null,
    router: null,
    provider_responses: row.tries.map(({ providerName, model, status, firstContentMs }) => ({
      provider_name: providerName,
      model_permaslug: model,
      status,
      ...(firstContentMs === null ? {} : { latency: firstContentMs }),
      is_byok: row.isByok,
    })),
    user_agent: null,
    http_referer: null,
    data_region: 'global',
    workspace_id: null,
    estimated: row.estimated,
    ...describeDetails({ account, row }),
  };
}

/** What OpenRouter's shape has no field for. */
const describeDetails = ({ account, row }: AccountRow): JsonObject => ({
  key: account,
  provider: row.provider,
  operation: row.operation,
  format: row.format,
  model_asked: row.modelAsked,
  user: row.user,
  session: row.session,
  tags: row.tags,
  status: row.status,
  error: row.error,
  cache: row.cache,
  native_tokens_cache_write: row.tokens?.cacheWrite ?? null,
  duration_ms: row.durationMs,
  attempt_count: row.attempts,
  attempts: row.tries.map((one) => ({
    provider: one.provider,
    provider_name: one.providerName,
    model: one.model,
    status: one.status,
    error_type: one.errorType,
    started_ms: one.startedMs,
    first_content_ms: one.firstContentMs,
    duration_ms: one.durationMs,
    calls: one.calls,
    cancelled: one.isCancelled,
  })),
  adjustment_count: row.adjustments,
  adjustments: row.changes.map(([param, action, from = null, to = null]) => ({ param, action, from, to })),
});
