/**
 * Token counts and the laws between them. `null` means that nobody measured it (promise 3): it never becomes a zero or a guess
 * without being listed in `estimated`. Knows no wire format.
 */
import type { JsonObject } from '../../lib/json.ts';
import { consistentParts, sumParts, type UsageParts } from './usage-parts.ts';

/** What one generation cost. Totals include their parts: cached is part of prompt, reasoning is part of completion. */
export type Usage = {
  promptTokens: number;
  completionTokens: number;
  /** Prompt tokens read from the provider's cache; null = not reported. */
  cachedTokens: number | null;
  /** Prompt tokens written to the provider's cache; null = not reported. */
  cacheWriteTokens: number | null;
  /** Completion tokens spent on thinking; null = not reported. */
  reasoningTokens: number | null;
  /** Further parts of the counts, and what else was counted; absent = nothing of it was reported. */
  parts?: UsageParts;
  /** The provider's own breakdown of the cost, in OpenRouter's words: `cost_details`, `is_byok`. */
  charge?: JsonObject;
  /** The service tier that was billed, in the provider's word; absent = the usage does not say. */
  serviceTier?: string;
  /** Something was billed that tokens and prices do not show, or the counts contradict each other: the cost cannot be calculated. */
  isUnpriced?: boolean;
  /** USD: what the upstream says it charged, else tokens times the price in the provider file; null = not known. */
  costUsd: number | null;
  /** Names of the client's usage fields that were estimated, not measured. */
  estimated: readonly string[];
  /** Upstream calls it stands for. */
  calls: number;
  /** The same bill by the choices it was for, where several models were asked at once. */
  byChoices?: readonly { choices: readonly number[]; usage: Usage }[];
};

/** What somebody counted: always the tokens read and written, and as much of the rest as is known. */
type KnownCounts = Pick<Usage, 'promptTokens' | 'completionTokens'> & Partial<Omit<Usage, 'calls' | 'byChoices'>>;

/** The usage of one upstream call. What is not given was not reported, and nothing was estimated. */
export function usageOf({ parts, ...known }: KnownCounts): Usage {
  const usage: Usage = {
    cachedTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    costUsd: null,
    estimated: [],
    calls: 1,
    ...known,
  };
  if ((usage.cachedTokens ?? 0) + (usage.cacheWriteTokens ?? 0) > usage.promptTokens) {
    [usage.cachedTokens, usage.cacheWriteTokens, usage.isUnpriced] = [null, null, true];
  }
  if ((usage.reasoningTokens ?? 0) > usage.completionTokens) usage.reasoningTokens = null;
  if (parts === undefined) return usage;
  const kept = consistentParts(parts, usage);
  if (Object.keys(kept).length > 0) usage.parts = kept;
  if (Object.keys(kept).length < Object.keys(parts).length) usage.isUnpriced = true;
  return usage;
}

/** True when there is nothing in it: providers that send zeros until the last chunk. */
export function isEmptyUsage(usage: Usage): boolean {
  return usage.promptTokens === 0 && usage.completionTokens === 0;
}

/** The bill of several calls. A part that one of them did not report is not known for the sum; null when there is nothing to add. */
export function sumUsage(usages: readonly Usage[], calls: number): Usage | null {
  const [first, ...rest] = usages;
  if (first === undefined) return null;
  const sum = rest.reduce<Usage>(
    (total, usage) => ({
      promptTokens: total.promptTokens + usage.promptTokens,
      completionTokens: total.completionTokens + usage.completionTokens,
      cachedTokens: plus(total.cachedTokens, usage.cachedTokens),
      cacheWriteTokens: plus(total.cacheWriteTokens, usage.cacheWriteTokens),
      reasoningTokens: plus(total.reasoningTokens, usage.reasoningTokens),
      costUsd: exact(plus(total.costUsd, usage.costUsd)),
      ...(total.parts === undefined || usage.parts === undefined ? {} : { parts: sumParts(total.parts, usage.parts) }),
      estimated: [...new Set([...total.estimated, ...usage.estimated])],
      calls: 0,
    }),
    first,
  );
  // A part may be known of all, and its whole not.
  return { ...sum, ...(sum.parts === undefined ? {} : { parts: consistentParts(sum.parts, sum) }), calls };
}

const plus = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);

/** Fractions of a dollar that money is added up in: finer than any price. */
const PICO_PER_USD = 1e12;

/** A sum of money without the drift of binary fractions: 0.1 + 0.2 is 0.3. */
const exact = (usd: number | null) => (usd === null ? null : Math.round(usd * PICO_PER_USD) / PICO_PER_USD);
