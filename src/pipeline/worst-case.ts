/** What a request may cost at most: the dearest of the endpoints that may serve it, with the longest answer that it allows. */
import type { Part } from '../fitting/split.ts';
import { isObject, numberOf, textOf } from '../lib/json.ts';
import type { WorstCase } from '../ports.ts';
import { mostUsd, type MostUsage } from '../registry/pricing.ts';
import type { OperationRules } from '../registry/provider.ts';
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

/** True where all calls that a request may make use the caller's own provider keys: their provider bills the caller. */
export const isOnlyByok = ({ plans }: Pick<Planned, 'plans'>): boolean =>
  plans.every(({ calls }) => calls.all().every(({ access }) => access.isCallerKey === true));

/** Returns the worst case of a planned request: of several models at once the sum, of a hedged call both. */
export function worstCase(request: UnifiedRequest, { plans, hedge }: Planned, policy: Policy): WorstCase {
  const promptTokens = promptCounter(request);
  const ofPlans = plans.map(({ calls }) => {
    const cases = calls.all().map((planned) => worstOfCall(request, planned, { ...policy, promptTokens }));
    const [first, second] = cases;
    const isHedged = hedge !== null && first !== undefined && second !== undefined;
    return dearest(isHedged ? [...cases, add(first, second)] : cases);
  });
  const all = ofPlans.reduce(add, FREE);
  return !policy.isByokCounted && isOnlyByok({ plans }) ? { ...FREE, tokens: all.tokens } : all;
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
export function promptCounter(request: UnifiedRequest): (model: string) => number {
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
  const { offering, modelId, provider, rules } = candidate;
  const prompt = promptTokens(modelId);
  const most = offering?.maxOutputTokens ?? null;
  const { priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd, hasRequestFee = false } = offering ?? {};
  let [usd, tokens, isPriced] = [0, 0, price !== undefined && !hasRequestFee];
  for (const part of fitted.parts) {
    const output = outputOf(request, { part, rules, most, otherwise: outputTokens });
    const usage = usageOf(request, { part, prompt, output });
    const cost = price === undefined ? { usd: 0, isKnown: false } : mostUsd(usage, price, { tier: tierOf(part), webSearchUsd });
    usd += cost.usd;
    tokens += usage.promptTokens + usage.completionTokens;
    isPriced &&= cost.isKnown;
  }
  const nanoUsd = Math.ceil(usd * 1e9);
  // What its provider bills to the caller needs no price.
  if (access.isCallerKey === true && !isByokCounted) return { nanoUsd, tokens, unpriced: null };
  // What has no price holds something all the same, so that it ends with the limit.
  return isPriced
    ? { nanoUsd, tokens, unpriced: null }
    : { nanoUsd: Math.max(1, nanoUsd), tokens, unpriced: `${provider.slug}/${modelId}` };
}

/** The service tier of a call, by the provider's name; null = none. */
export const tierOf = ({ call: { parameters } }: Part): string | null =>
  textOf(parameters['service_tier']) ?? textOf(parameters['serviceTier']);

/** What one call may take, at this many tokens of a choice. */
export function usageOf(request: UnifiedRequest, { part, prompt, output }: { part: Part; prompt: number; output: number }): MostUsage {
  return {
    promptTokens: Math.ceil(prompt * shareOf(part, request)),
    completionTokens: request.operation === 'embeddings' ? 0 : output * writtenChoices(part),
    webSearches: maySearch(part) ? WEB_SEARCHES : 0,
  };
}

/** The fields that limit an answer. */
const LIMITS = ['max_completion_tokens', 'max_tokens'] as const;

/** Tokens of one choice: what the provider gets as its limit, else what the request asks for or the operator expects, and no more than the model writes. */
function outputOf(
  { parameters: asked }: UnifiedRequest,
  { part, rules, most, otherwise }: { part: Part; rules: OperationRules; most: number | null; otherwise: number },
): number {
  const wanted = LIMITS.flatMap((name) => numberOf(asked[name]) ?? []);
  const sent = sentLimits(part, rules);
  // A limit that is not sent, or that only the provider requires, limits nothing that the request states.
  const tokens = wanted.length === 0 ? otherwise : sent.length === 0 ? Math.max(otherwise, ...wanted) : Math.max(...sent);
  return Math.min(tokens, most ?? Infinity);
}

/** Limits of an answer that the provider gets. */
export function sentLimits({ call: { parameters } }: Part, rules: OperationRules): number[] {
  const names = LIMITS.flatMap((name) => [name, (rules.parameters[name] || undefined)?.name ?? name]);
  return names.flatMap((name) => numberOf(parameters[name]) ?? []);
}

/** A call may search the web: each search has a fee. */
function maySearch({ call: { parameters, native } }: Part): boolean {
  if (parameters['web_search_options'] !== undefined) return true;
  const tools = native?.body['tools'];
  return Array.isArray(tools) && tools.some((tool) => isObject(tool) && textOf(tool['type'])?.startsWith('web_search') === true);
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
