/** How many tokens a call is expected to take, for the limits of the key that it is sent with. */
import type { FittedCall } from '../dialects/dialect.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** Tokens of the prompt, and the most that the answer may have, where the call states that: providers count both when a call begins. */
export function expectedTokens({ model, parameters }: Pick<FittedCall, 'model' | 'parameters'>, request: UnifiedRequest): number {
  const { max_tokens: most } = parameters;
  return estimatePromptTokens(request, model) + (typeof most === 'number' ? most : 0);
}
