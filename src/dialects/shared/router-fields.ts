/** The router's own field of an answer, for client formats that have no place for what it reports: `tributary`. */
import type { JsonObject } from '../../lib/json.ts';
import type { Adjustment } from '../../unified/adjustment.ts';
import type { ChoiceEndEvent, StartEvent } from '../../unified/response/event.ts';
import type { Usage } from '../../unified/response/usage.ts';
import type { ResponseMeta, ServedBy } from '../client-dialect.ts';
import { renderUsage } from '../openai-common/client/usage.ts';

/** What the router reports beside the format's own fields. */
export type EndReport = {
  /** See {@link restOfUsage}; null = no usage is known. */
  usage: JsonObject | null;
  /** Null = the answer has not ended. */
  finish: Pick<ChoiceEndEvent, 'reason' | 'nativeReason' | 'stopSequence'> | null;
  /** Parts of the answer without a place in the format. */
  lost: readonly Adjustment[];
  /** Sources without a place in the format. */
  citations: readonly unknown[];
};

/** Writes the field. It has the final data of `meta`, so it is written once, at the end. */
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
    ...(usage === null ? {} : { usage }),
    ...(citations.length === 0 ? {} : { annotations: citations }),
    ...(all.length === 0 ? {} : { adjustments: all }),
    ...(metadata === null ? {} : { metadata }),
    ...(meta.sentBodies === undefined ? {} : { debug: { echo_upstream_body: meta.sentBodies() } }),
  };
  return { tributary };
}

/** The name of the model that serves: the public one, else the upstream's. */
export const modelOf = (servedBy: ServedBy | undefined, start: StartEvent | null): string =>
  servedBy?.slug ?? start?.model ?? servedBy?.upstreamModel ?? '';

/** Fields of a usage object of chat completions that have another name in both formats. */
const NAMES: Readonly<Record<string, string>> = {
  prompt_tokens: 'input_tokens',
  completion_tokens: 'output_tokens',
  prompt_tokens_details: 'input_tokens_details',
  completion_tokens_details: 'output_tokens_details',
};
const rename = (name: string): string => NAMES[name] ?? name;

/** Counts that both formats have. */
const COUNTS: ReadonlySet<string> = new Set(['prompt_tokens', 'completion_tokens', 'total_tokens']);
const PARTS: ReadonlySet<string> = new Set(['cached_tokens', 'cache_write_tokens', 'reasoning_tokens']);

/**
 * Writes the usage without the counts that both formats have: cost, calls, further parts, which counts are estimates.
 *
 * @param written names of further fields that the format has.
 */
export function restOfUsage(usage: Usage, written: ReadonlySet<string> = COUNTS): JsonObject {
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(renderUsage(usage))) {
    if (COUNTS.has(name) || written.has(name)) continue;
    if (name === 'estimated') rest[name] = usage.estimated.map(rename);
    else if (NAMES[name] === undefined) rest[name] = value;
    else {
      const parts = Object.entries(value as JsonObject).filter(([part]) => !PARTS.has(part));
      if (parts.length > 0) rest[rename(name)] = Object.fromEntries(parts);
    }
  }
  return rest;
}
