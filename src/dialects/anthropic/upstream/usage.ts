/**
 * Reads token counts of the Messages API. A stream sends them twice; later counts replace earlier ones and are never added
 * (Anthropic's streaming page; @anthropic-ai/sdk 1.11.0, Usage and MessageDeltaUsage; read 2026-11-20).
 */
import { arrayOf, countOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { knownParts } from '../../../unified/response/usage-parts.ts';
import { usageOf, type Usage } from '../../../unified/response/usage.ts';

/** Counts of a usage object, and of the objects in it. */
const COUNTS = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens'] as const;
const DETAILS = [
  'thinking_tokens',
  'ephemeral_5m_input_tokens',
  'ephemeral_1h_input_tokens',
  'web_search_requests',
  'web_fetch_requests',
] as const;

/** Returns the billed tier. Fast mode and a selected region have their own prices, so they count as tiers. */
function tierOf({ service_tier: tier, speed, inference_geo: geo }: WireObject): string | null {
  const special = [speed === 'fast' ? 'fast' : null, geo === 'us' ? 'us' : null].filter((word) => word !== null);
  const plain = textOf(tier);
  if (special.length === 0) return plain;
  return [...(plain === null || plain === 'standard' ? [] : [plain]), ...special].join('+');
}

/** Iterations of other models, or of a compaction, are not in the totals (anthropic-sdk 1.11.0, BetaUsage.iterations). */
const hasOtherModels = ({ iterations }: WireObject): boolean => {
  const made = arrayOf(iterations).filter(isObject);
  return made.some(({ type }) => type !== 'message') || new Set(made.map(({ model }) => model)).size > 1;
};

/** Collects the counts of one answer. */
export interface Counts {
  /** Reads a `usage` object. */
  take(raw: unknown): void;
  /** Returns the usage; null until input and output counts are known. */
  usage(): Usage | null;
}

export function createCounts(): Counts {
  const last = new Map<string, number>();
  /** A later 0 replaces nothing: some gateways fill in what they do not know. The first count may be an estimate, and too high. */
  const see = (name: string, value: unknown) => {
    const count = countOf(value);
    if (count !== null && (count > 0 || !last.has(name))) last.set(name, count);
  };
  const of = (name: string) => last.get(name) ?? null;
  let tier: string | null = null;
  let isUnpriced = false;
  return {
    take(raw) {
      if (!isObject(raw)) return;
      for (const name of COUNTS) see(name, raw[name]);
      for (const group of [raw.output_tokens_details, raw.cache_creation, raw.server_tool_use])
        if (isObject(group)) for (const name of DETAILS) see(name, group[name]);
      tier = tierOf(raw) ?? tier;
      isUnpriced ||= hasOtherModels(raw);
    },
    usage() {
      const [input, output] = [of('input_tokens'), of('output_tokens')];
      const [written, cached] = [of('cache_creation_input_tokens'), of('cache_read_input_tokens')];
      if (input === null && output === null) return null;
      return usageOf({
        promptTokens: (input ?? 0) + (written ?? 0) + (cached ?? 0), // input_tokens leaves both out
        completionTokens: output ?? 0,
        cachedTokens: cached,
        cacheWriteTokens: written,
        reasoningTokens: of('thinking_tokens'),
        parts: knownParts({
          cacheWrite5m: of('ephemeral_5m_input_tokens'),
          cacheWrite1h: of('ephemeral_1h_input_tokens'),
          webSearches: of('web_search_requests'),
          webFetches: of('web_fetch_requests'),
        }),
        ...(tier === null ? {} : { serviceTier: tier }),
        ...(isUnpriced ? { isUnpriced } : {}),
      });
    },
  };
}
