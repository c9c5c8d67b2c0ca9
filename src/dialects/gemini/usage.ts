/**
 * Reads `usageMetadata`. It is cumulative, so the last one counts. Reasoning is not part of the candidates' tokens, and results of server
 * tools are not part of the prompt's. Zeros are omitted (generativelanguage v1beta protos, UsageMetadata, read 2026-11-20).
 */
import type { StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, countOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { knownParts } from '../../unified/response/usage-parts.ts';
import { usageOf } from '../../unified/response/usage.ts';

/**
 * Returns the counts; empty when there are none: early chunks of Vertex contain only `trafficType`.
 *
 * @param searches web searches named in the grounding of the answer.
 */
export function readUsage(raw: unknown, searches = 0): StreamEvent[] {
  if (!isObject(raw)) return [];
  const [prompt, candidates, thoughts] = [raw.promptTokenCount, raw.candidatesTokenCount, raw.thoughtsTokenCount].map(countOf);
  if (prompt == null && candidates == null && thoughts == null) return [];
  const tool = countOf(raw.toolUsePromptTokenCount);
  const [read, written, cached] = [raw.promptTokensDetails, raw.candidatesTokensDetails, raw.cacheTokensDetails].map(byModality);
  const tier = tierOf(raw);
  const usage = usageOf({
    promptTokens: (prompt ?? 0) + (tool ?? 0),
    completionTokens: (candidates ?? 0) + (thoughts ?? 0),
    cachedTokens: countOf(raw.cachedContentTokenCount),
    reasoningTokens: thoughts ?? null,
    parts: knownParts({
      textPrompt: read?.TEXT ?? null,
      audioPrompt: read?.AUDIO ?? null,
      imagePrompt: read?.IMAGE ?? null,
      videoPrompt: read?.VIDEO ?? null,
      filePrompt: read?.DOCUMENT ?? null,
      toolPrompt: tool,
      cachedAudio: cached === undefined || Object.keys(cached).length === 0 ? null : (cached.AUDIO ?? 0),
      textCompletion: written?.TEXT ?? null,
      audioCompletion: written?.AUDIO ?? null,
      imageCompletion: written?.IMAGE ?? null,
      webSearches: searches > 0 ? searches : null,
    }),
    ...(tier === null ? {} : { serviceTier: tier }),
  });
  return [{ type: 'usage', usage }];
}

type Modality = 'TEXT' | 'AUDIO' | 'IMAGE' | 'VIDEO' | 'DOCUMENT';

/** Returns token counts by modality. */
function byModality(details: unknown): Readonly<Partial<Record<Modality, number>>> {
  return Object.fromEntries(
    arrayOf(details).flatMap((entry) => {
      const [modality, count] = isObject(entry) ? [textOf(entry.modality), countOf(entry.tokenCount)] : [null, null];
      return modality === null || count === null ? [] : [[modality, count]];
    }),
  );
}

/** Returns the tier by its name, or by its traffic type on Vertex: ON_DEMAND, ON_DEMAND_FLEX, PROVISIONED_THROUGHPUT. */
const tierOf = ({ serviceTier, trafficType }: WireObject): string | null =>
  textOf(serviceTier) ??
  textOf(trafficType)
    ?.toLowerCase()
    .replace(/^on_demand_?/, '') ??
  null;
