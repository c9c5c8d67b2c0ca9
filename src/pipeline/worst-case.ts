/** What a request may cost at most: the dearest of the endpoints that may serve it, with the longest answer that it asks for. */
import type { WorstCase } from '../ports.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import type { PlannedRequest } from './plan-and-prepare.ts';
import type { RenderingDialect } from '../dialects/dialect.ts';

/** Tokens of an answer whose request has no limit and whose model none that is known. */
const ANSWER_TOKENS = 4096;

/** Returns the worst case of a planned request. */
export function worstCase(request: UnifiedRequest, { endpoints }: Pick<PlannedRequest<RenderingDialect>, 'endpoints'>): WorstCase {
  const prompt = estimatePromptTokens(request, endpoints[0].planned.candidate.modelId);
  return { nanoUsd: null, tokens: prompt + ANSWER_TOKENS };
}
