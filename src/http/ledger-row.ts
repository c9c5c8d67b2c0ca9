/** A row of the ledger, as clients get it. */
import type { AccountRow } from '../accounts/activity.ts';
import { toUsd } from '../accounts/money.ts';
import type { JsonObject } from '../lib/json.ts';

/** The fields of a row in a list. Every row has the same ones in the same order; what is not known is null. */
export function describeRow({ account, row }: AccountRow): JsonObject {
  const { tokens } = row;
  return {
    id: row.id,
    created_at: new Date(row.createdMs).toISOString(),
    key: account,
    model: row.model,
    model_asked: row.modelAsked,
    provider: row.provider,
    provider_name: row.providerName,
    user: row.user,
    session: row.session,
    tags: row.tags,
    operation: row.operation,
    format: row.format,
    attempts: row.attempts,
    adjustments: row.adjustments,
    prompt_tokens: tokens?.prompt ?? null,
    completion_tokens: tokens?.completion ?? null,
    cached_tokens: tokens?.cached ?? null,
    cache_write_tokens: tokens?.cacheWrite ?? null,
    reasoning_tokens: tokens?.reasoning ?? null,
    cost: row.costNanoUsd === null ? null : toUsd(row.costNanoUsd),
    estimated: row.estimated,
    duration_ms: row.durationMs,
    first_content_ms: row.firstContentMs,
    generation_ms: row.generationMs,
    streamed: row.streamed,
    cancelled: row.cancelled,
    status: row.status,
    error: row.error,
    finish_reason: row.finish,
    native_finish_reason: row.nativeFinish,
    service_tier: row.serviceTier,
    cache: row.cache,
    is_byok: row.isByok,
    upstream_id: row.upstreamId,
  };
}
