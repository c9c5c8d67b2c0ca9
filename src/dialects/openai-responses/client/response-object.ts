/** Writes the Response object: the one that opens an answer, and the one that ends it with the whole output. */
import type { JsonObject } from '../../../lib/json.ts';
import type { StartEvent } from '../../../unified/response/event.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { ResponseMeta } from '../../client-dialect.ts';
import { modelOf } from '../../shared/router-fields.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import type { ResponseError } from './stream-error.ts';
import { responseUsage } from './usage.ts';

/** How an answer ended. */
export type ResponseEnd = {
  status: 'completed' | 'incomplete' | 'failed';
  output: readonly JsonObject[];
  usage: Usage | null;
  /** Why it is incomplete. */
  reason?: 'max_output_tokens' | 'content_filter';
  error?: ResponseError;
};

/** OpenAI's service tiers (its API description, read 2026-11-30); clients that validate reject any other. */
const SERVICE_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** The fields of the object that are the same from the first event to the last. */
export function baseResponse(meta: ResponseMeta, { echo }: Pick<ResponsesAnswerOptions, 'echo'>, start: StartEvent | null): JsonObject {
  const tier = start?.serviceTier ?? null;
  return {
    id: meta.id,
    object: 'response',
    created_at: meta.createdSeconds,
    model: modelOf(meta.servedBy()[0], start),
    ...echo,
    ...(tier === null || !SERVICE_TIERS.has(tier) ? {} : { service_tier: tier }),
  };
}

/** The object of an answer that has begun. */
export const openResponse = (base: JsonObject): JsonObject => ({
  ...base,
  status: 'in_progress',
  completed_at: null,
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
});

/** The object of an answer that has ended. @param nowSeconds Unix time. */
export function endedResponse(base: JsonObject, { status, output, usage, reason, error }: ResponseEnd, nowSeconds: number): JsonObject {
  const tier = usage?.serviceTier;
  return {
    ...base,
    ...(tier === undefined || !SERVICE_TIERS.has(tier) ? {} : { service_tier: tier }),
    status,
    completed_at: status === 'completed' ? nowSeconds : null,
    error: error ?? null,
    incomplete_details: reason === undefined ? null : { reason },
    output,
    usage: responseUsage(usage),
  };
}
