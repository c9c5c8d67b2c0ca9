/**
 * Token counts and their rules. `null` means not reported (promise 3). It never becomes a zero, and an estimate is always listed in
 * `estimated`.
 */
import type { JsonObject } from '../../lib/json.ts';
import { consistentParts, sumParts, type UsageParts } from './usage-parts.ts';

/** Token counts and cost. Totals include their parts: cached is part of prompt, reasoning is part of completion. */
export type Usage = {
  promptTokens: number;
  completionTokens: number;
  /** Prompt tokens read from the provider's cache; null = not reported. */
  cachedTokens: number | null;
  /** Prompt tokens written to the provider's cache; null = not reported. */
  cacheWriteTokens: number | null;
  /** Completion tokens used for reasoning; null = not reported. */
  reasoningTokens: number | null;
  /** Further parts of the counts and other counted items; absent = none reported. */
  parts?: UsageParts;
  /** The provider's breakdown of the cost, with OpenRouter's names: `cost_details`, `is_byok`. */
  charge?: JsonObject;
  /** The billed service tier, with the provider's name; absent = not reported. */
  serviceTier?: string;
  /** True when the cost cannot be computed: something else was billed, or the counts contradict each other. */
  isUnpriced?: boolean;
  /** USD: as charged by the upstream, else tokens times the price in the provider file; null = unknown. */
  costUsd: number | null;
  /** Names of the client's usage fields that are estimates. */
  estimated: readonly string[];
  /** Number of upstream calls included. */
  calls: number;
  /** What a stored answer took when it was made; this answer took nothing. Absent = it is not from the response cache. */
  saved?: SavedUsage;
  /** The usage per group of choices, when several models were asked. */
  byChoices?: readonly { choices: readonly number[]; usage: Usage }[];
};

/** What an answer from the response cache would have taken. `costUsd`: null = unknown. */
export type SavedUsage = Readonly<Pick<Usage, 'promptTokens' | 'completionTokens' | 'costUsd'>>;

/** The reported counts: always prompt and completion tokens, the rest if known. */
type KnownCounts = Pick<Usage, 'promptTokens' | 'completionTokens'> & Partial<Omit<Usage, 'calls' | 'byChoices'>>;

/** Creates the usage of one upstream call. Missing fields are not reported; nothing is estimated. */
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

/** True when both token counts are 0. Some providers send zeros until the last chunk. */
export function isEmptyUsage(usage: Usage): boolean {
  return usage.promptTokens === 0 && usage.completionTokens === 0;
}

/** Adds the usage of several calls. A value that one call did not report is unknown in the sum. Null for an empty list. */
export function sumUsage(usages: readonly Usage[], calls: number): Usage | null {
  const [first, ...rest] = usages;
  if (first === undefined) return null;
  const sum = rest.reduce<Usage>(
    (total, usage) => ({
      promptTokens: total.promptTokens + usage.promptTokens,
      completionTokens: total.completionTokens + usage.completionTokens,
      cachedTokens: addOrNull(total.cachedTokens, usage.cachedTokens),
      cacheWriteTokens: addOrNull(total.cacheWriteTokens, usage.cacheWriteTokens),
      reasoningTokens: addOrNull(total.reasoningTokens, usage.reasoningTokens),
      costUsd: roundMoney(addOrNull(total.costUsd, usage.costUsd)),
      ...(total.parts === undefined || usage.parts === undefined ? {} : { parts: sumParts(total.parts, usage.parts) }),
      estimated: [...new Set([...total.estimated, ...usage.estimated])],
      calls: 0,
    }),
    first,
  );
  // A part may be known for all calls while its count is not.
  return { ...sum, ...(sum.parts === undefined ? {} : { parts: consistentParts(sum.parts, sum) }), calls };
}

const addOrNull = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);

/** Unit of money sums, finer than any price: 10^-12 USD. */
const PICO_PER_USD = 1e12;

/** Rounds a sum of money, to remove errors of binary fractions: 0.1 + 0.2 is 0.3. */
const roundMoney = (usd: number | null) => (usd === null ? null : Math.round(usd * PICO_PER_USD) / PICO_PER_USD);
