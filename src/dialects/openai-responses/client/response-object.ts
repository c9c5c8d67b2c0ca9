/** Writes the Response object: the one that opens an answer, and the one that ends it with the whole output. */
import type { JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { ChoiceEndEvent, StartEvent } from '../../../unified/response/event.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { ResponseMeta, ServedBy } from '../../client-dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import type { ResponseError } from './stream-error.ts';
import { responseUsage, usageDetails } from './usage.ts';

/** How an answer ended. */
export type ResponseEnd = {
  status: 'completed' | 'incomplete' | 'failed';
  output: readonly JsonObject[];
  usage: Usage | null;
  /** Why it is incomplete. */
  reason?: 'max_output_tokens' | 'content_filter';
  error?: ResponseError;
};

/** What the router reports beside the format's own fields. */
export type EndReport = {
  usage: Usage | null;
  finish: Pick<ChoiceEndEvent, 'reason' | 'nativeReason' | 'stopSequence'> | null;
  /** Parts of the answer without a place in the format. */
  lost: readonly Adjustment[];
  /** Sources that belong to no text. */
  citations: readonly unknown[];
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

const modelOf = (servedBy: ServedBy | undefined, start: StartEvent | null): string =>
  servedBy?.slug ?? start?.model ?? servedBy?.upstreamModel ?? '';

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

/** Writes the router's own field of the object that ends an answer. */
export function routerFields(meta: ResponseMeta, start: StartEvent | null, { usage, finish, lost, citations }: EndReport): JsonObject {
  const { adjustments, metadata } = meta.finalMeta();
  const [servedBy] = meta.servedBy();
  const finisher = meta.continuedBy();
  const all = [...adjustments, ...lost];
  const tributary = {
    id: meta.id,
    model: modelOf(servedBy, start),
    provider: servedBy?.provider ?? '',
    ...(finisher === null ? {} : { continued_by: { model: modelOf(finisher, null), provider: finisher.provider } }),
    ...(finish === null ? {} : { finish_reason: finish.reason, native_finish_reason: finish.nativeReason }),
    ...(finish?.stopSequence === undefined ? {} : { stop_sequence: finish.stopSequence }),
    ...(usage === null ? {} : { usage: usageDetails(usage) }),
    ...(citations.length === 0 ? {} : { annotations: citations }),
    ...(all.length === 0 ? {} : { adjustments: all }),
    ...(metadata === null ? {} : { metadata }),
    ...(meta.sentBodies === undefined ? {} : { debug: { echo_upstream_body: meta.sentBodies() } }),
  };
  return { tributary };
}
