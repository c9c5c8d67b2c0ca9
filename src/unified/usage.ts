/**
 * Token counts and the laws between them. `null` means that nobody measured it (promise 3): it never becomes a zero or a guess
 * without being listed in `estimated`. Knows no wire format.
 */

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
export function usageOf(known: KnownCounts): Usage {
  return { cachedTokens: null, cacheWriteTokens: null, reasoningTokens: null, costUsd: null, estimated: [], calls: 1, ...known };
}

/** True when there is nothing in it: hosts that send zeros until the last chunk. */
export function isEmptyUsage(usage: Usage): boolean {
  return usage.promptTokens === 0 && usage.completionTokens === 0;
}

/**
 * The usage object of an answer: OpenAI's fields, and `cost` and `estimated`. Parts always add up to totals. A cost that is not known
 * and a detail that was not reported are left out: OpenRouter's SDKs refuse an answer with a null there.
 */
export function renderUsage(usage: Usage): Record<string, unknown> {
  const { cachedTokens, cacheWriteTokens, reasoningTokens } = usage;
  const written = cacheWriteTokens === null ? {} : { cache_write_tokens: cacheWriteTokens };
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...(cachedTokens === null ? {} : { prompt_tokens_details: { cached_tokens: cachedTokens, ...written } }),
    ...(reasoningTokens === null ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    ...(usage.costUsd === null ? {} : { cost: usage.costUsd }),
    calls: usage.calls,
    ...(usage.estimated.length > 0 ? { estimated: usage.estimated } : {}),
  };
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
      estimated: [...new Set([...total.estimated, ...usage.estimated])],
      calls: 0,
    }),
    first,
  );
  return { ...sum, calls };
}

const plus = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);

/** Fractions of a dollar that money is added up in: finer than any price. */
const PICO_PER_USD = 1e12;

/** A sum of money without the drift of binary fractions: 0.1 + 0.2 is 0.3. */
const exact = (usd: number | null) => (usd === null ? null : Math.round(usd * PICO_PER_USD) / PICO_PER_USD);
