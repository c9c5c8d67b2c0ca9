/** What a request may cost at most: the dearest of the endpoints that may serve it, with the longest answer that it allows. */
import type { Part } from '../fitting/split.ts';
import { textOf } from '../lib/json.ts';
import type { WorstCase } from '../ports.ts';
import { mostUsd } from '../registry/pricing.ts';
import type { PlannedCall, RoutePlan } from '../routing/plan.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import { familyOf, type ModelFamily } from '../unified/estimate/model-family.ts';
import { countPrompts } from '../unified/request/message.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** Most web searches that one answer is expected to make. */
const WEB_SEARCHES = 5;

/** What is planned, as far as it decides the cost. `hedge`: a second call may run beside the first; null = none may. */
type Planned = { plans: readonly RoutePlan[]; hedge: object | null };

/** What a key has reserved. */
type Policy = {
  /** Tokens of an answer whose request does not limit them. */
  outputTokens: number;
  /** Calls with the caller's own provider key count. */
  isByokCounted: boolean;
};

/** Returns the worst case of a planned request: of several models at once the sum, of a hedged call both. */
export function worstCase(request: UnifiedRequest, { plans, hedge }: Planned, policy: Policy): WorstCase {
  const promptTokens = promptCounter(request);
  const ofPlans = plans.map(({ calls }) => {
    const cases = calls.map((planned) => worstOfCall(request, planned, { ...policy, promptTokens }));
    const [first, second] = cases;
    const isHedged = hedge !== null && first !== undefined && second !== undefined;
    return dearest(isHedged ? [...cases, add(first, second)] : cases);
  });
  return ofPlans.reduce(add, FREE);
}

const FREE: WorstCase = { nanoUsd: 0, tokens: 0, unpriced: null };

const add = (one: WorstCase, other: WorstCase): WorstCase => ({
  nanoUsd: one.nanoUsd + other.nanoUsd,
  tokens: one.tokens + other.tokens,
  unpriced: one.unpriced ?? other.unpriced,
});

const dearest = (cases: readonly WorstCase[]): WorstCase =>
  cases.reduce(
    (most, one) => ({
      nanoUsd: Math.max(most.nanoUsd, one.nanoUsd),
      tokens: Math.max(most.tokens, one.tokens),
      unpriced: most.unpriced ?? one.unpriced,
    }),
    FREE,
  );

/** Counts the prompt once for each family of models. */
function promptCounter(request: UnifiedRequest): (model: string) => number {
  const known = new Map<ModelFamily, number>();
  return (model) => {
    const family = familyOf(model);
    const tokens = known.get(family) ?? estimatePromptTokens(request, model);
    known.set(family, tokens);
    return tokens;
  };
}

function worstOfCall(
  request: UnifiedRequest,
  { candidate, access, fitted }: PlannedCall,
  { outputTokens, isByokCounted, promptTokens }: Policy & { promptTokens: (model: string) => number },
): WorstCase {
  const { offering, modelId, provider } = candidate;
  const prompt = promptTokens(modelId);
  const output = request.operation === 'embeddings' ? 0 : outputOf(request, offering?.maxOutputTokens ?? null, outputTokens);
  const webSearches = request.parameters['web_search_options'] === undefined ? 0 : WEB_SEARCHES;
  const tier = textOf(request.parameters['service_tier']);
  const { priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd, hasRequestFee = false } = offering ?? {};
  let [usd, tokens, isPriced] = [0, 0, price !== undefined && !hasRequestFee];
  for (const part of fitted.parts) {
    const usage = {
      promptTokens: Math.ceil(prompt * shareOf(part, request)),
      completionTokens: output * writtenChoices(part),
      webSearches,
    };
    const cost = price === undefined ? null : mostUsd(usage, price, { tier, webSearchUsd });
    usd += cost ?? 0;
    tokens += usage.promptTokens + usage.completionTokens;
    isPriced &&= cost !== null;
  }
  // The caller pays its provider itself.
  if (access.isCallerKey === true && !isByokCounted) return { nanoUsd: 0, tokens, unpriced: null };
  return { nanoUsd: Math.ceil(usd * 1e9), tokens, unpriced: isPriced ? null : `${provider.slug}/${modelId}` };
}

/** Tokens of one choice: what the request allows, and no more than the model writes. */
function outputOf({ parameters }: UnifiedRequest, most: number | null, otherwise: number): number {
  const asked = [parameters['max_completion_tokens'], parameters['max_tokens']].find((value) => typeof value === 'number');
  return Math.min(asked ?? otherwise, most ?? Infinity);
}

/** Choices that the provider writes for a call: of `best_of` it returns only some. */
function writtenChoices({ call: { parameters }, choices }: Part): number {
  const { best_of: bestOf, n } = parameters;
  const each = typeof n === 'number' && n > 0 ? n : 1;
  return typeof bestOf === 'number' && bestOf > each ? Math.ceil((choices.length * bestOf) / each) : choices.length;
}

/** The part of the prompts that a call has. */
function shareOf({ call: { input } }: Part, request: UnifiedRequest): number {
  if (input.kind !== 'prompt' || request.input.kind !== 'prompt') return 1;
  return countPrompts(input.prompt) / Math.max(1, countPrompts(request.input.prompt));
}
