/**
 * What the answers of chat and legacy completions share, in chunks and in bodies: one id, created, model and provider for the whole answer, the
 * usage, and what is stated at the end. The dialect writes the choices.
 */
import type { StartEvent } from '../../../unified/response/event.ts';
import { errorBody } from './error-body.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import { renderUsage } from './usage.ts';
import type { ResponseMeta, ServedBy } from '../../client-dialect.ts';

/** Writes a whole answer. */
export function createBody(
  { starts: started, usage, choices }: Result,
  meta: ResponseMeta,
  { object, renderChoice }: { object: string; renderChoice: (choice: CollectedChoice) => JsonObject },
): JsonObject {
  const starts = new Starts(object, meta);
  for (const start of started) starts.take(start);
  const several = meta.servedBy().length > 1;
  return {
    ...metaFields(starts, 0),
    // OpenRouter's schema requires the field, and OpenAI's rejects null.
    system_fingerprint: starts.of(0)?.systemFingerprint ?? meta.fingerprint(),
    choices: choices.map((choice) => ({
      index: choice.index,
      ...(several ? servedByOf(choice.index, starts, meta) : {}),
      ...renderChoice(choice),
      ...(choice.error === null ? {} : errorBody(choice.error)),
      finish_reason: choice.finishReason,
      native_finish_reason: choice.nativeReason,
    })),
    ...(usage === null ? {} : { usage: usageFields(usage, meta, starts) }),
    ...finalFields(meta),
  };
}

/** Returns the block of a choice: the first one, if one endpoint serves all. */
export function blockOf(choice: number, meta: ResponseMeta): number {
  return Math.floor(choice / meta.choicesEach);
}

/** The start events of the upstreams, by block of choices. The first one of each is used. */
export class Starts {
  readonly object: string;
  readonly meta: ResponseMeta;
  readonly #starts: (StartEvent | undefined)[] = [];

  /** @param object the type of a chunk or of a body. */
  constructor(object: string, meta: ResponseMeta) {
    this.object = object;
    this.meta = meta;
  }

  /** Stores the beginning of an answer. */
  take(start: StartEvent): void {
    this.#starts[blockOf(start.choices?.[0] ?? 0, this.meta)] ??= start;
  }

  /** The start of a block of choices. */
  of(block: number): StartEvent | undefined {
    return this.#starts[block];
  }
}

/** Returns the fields that every chunk and every body has. */
export function metaFields(starts: Starts, block: number): JsonObject {
  const { object, meta } = starts;
  const start = starts.of(block);
  return {
    id: meta.id,
    object,
    created: meta.createdSeconds,
    ...renderServedBy(meta.servedBy()[block], start),
    ...(start?.systemFingerprint == null ? {} : { system_fingerprint: start.systemFingerprint }),
    ...(start?.serviceTier == null || !SERVICE_TIERS.has(start.serviceTier) ? {} : { service_tier: start.serviceTier }),
  };
}

/** OpenAI's service tiers (its OpenAPI description, 2026-08-21); clients that validate reject any other. */
const SERVICE_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** Returns the fields of the serving endpoint of a block, with the same name in every field. */
export function renderServedBy(servedBy: ServedBy | undefined, start: StartEvent | undefined): JsonObject {
  return { model: servedBy?.slug ?? start?.model ?? servedBy?.upstreamModel ?? '', provider: servedBy?.provider ?? '' };
}

/** Returns the fields of the serving endpoint of a choice. */
function servedByOf(choice: number, starts: Starts, meta: ResponseMeta): JsonObject {
  const block = blockOf(choice, meta);
  return renderServedBy(meta.servedBy()[block], starts.of(block));
}

/** Returns the usage, and the usage per model when several models were asked. */
export function usageFields(usage: Usage, meta: ResponseMeta, starts: Starts): JsonObject {
  if (usage.byChoices === undefined) return renderUsage(usage);
  const byChoice = usage.byChoices.map(({ choices, usage: own }) => ({
    choices,
    ...servedByOf(choices[0] ?? 0, starts, meta),
    ...renderUsage(own),
  }));
  return { ...renderUsage(usage), by_choice: byChoice };
}

/** Returns the fields of the last chunk or of a body: adjustments and metadata, if any. */
export function finalFields(meta: ResponseMeta): JsonObject {
  const { adjustments, metadata } = meta.finalMeta();
  return { ...(adjustments.length === 0 ? {} : { adjustments }), ...(metadata === null ? {} : { openrouter_metadata: metadata }) };
}
