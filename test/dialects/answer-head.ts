/** Heads of answers, and the frames of a written stream read back, for tests of client encoders. */
import type { ResponseMeta, ServedBy } from '../../src/dialects/client-dialect.ts';
import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import type { Usage } from '../../src/unified/response/usage.ts';

/** A head with small, known values; one endpoint serves. */
export function headOf(changes: Partial<ResponseMeta> = {}, servedBy: Partial<ServedBy> = {}): ResponseMeta {
  return {
    id: 'gen-1',
    createdSeconds: 1_790_000_000,
    nowSeconds: () => 1_790_000_007,
    servedBy: () => [{ slug: 'acme/river', upstreamModel: 'river-2', provider: 'Acme', ...servedBy }],
    choicesEach: Infinity,
    continuedBy: () => null,
    base: '/v1',
    fingerprint: () => 'fp_acme_1',
    estimatedPromptTokens: () => 5,
    budget: UNLIMITED,
    finalMeta: () => ({ adjustments: [], metadata: null }),
    ...changes,
  };
}

/** A measured usage. */
export const USAGE: Usage = {
  promptTokens: 5,
  completionTokens: 7,
  cachedTokens: 2,
  cacheWriteTokens: null,
  reasoningTokens: 3,
  costUsd: 0.000_25,
  estimated: [],
  calls: 1,
};

/** {@link USAGE} as a client reads it. */
export const WRITTEN_USAGE = {
  prompt_tokens: 5,
  completion_tokens: 7,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 3 },
  cost: 0.000_25,
  calls: 1,
};
