/**
 * Writes reasoning in the fields of each model family, and resolves conflicts. Claude: required tool calls, sampling parameters, a budget
 * above `maxTokens`. Nova's highest effort: limits and sampling. Sources: Anthropic's model migration guide
 * (github.com/anthropics/skills, read 2026-11-20) and the Amazon Nova 2 user guide on extended thinking (as last known; the effect of
 * its limits on `high` was not measured).
 */
import type { WireObject } from './wire.ts';
import { isObject, numberOf, textOf, type JsonObject } from '../../lib/json.ts';
import type { WireMessage } from './messages.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { ANTHROPIC_FIELDS, OMITTED_BY_DEFAULT, ON_BY_DEFAULT, REASONING_CONFIG } from './rules.ts';

/** Lowest budget that Claude accepts, in reasoning tokens. */
const MIN_BUDGET_TOKENS = 1024;

/** Wire names of sampling parameters, and the client's names. */
const SAMPLING: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  top_k: 'top_k',
  'additionalModelRequestFields.inferenceConfig.topK': 'top_k',
};

type ReasoningRequest = {
  parameters: Readonly<WireObject>;
  messages: readonly WireMessage[];
  quirks: readonly string[];
  /** True when a tool call is required. */
  isForced: boolean;
  log: AdjustmentLog;
};

/** Returns the parameters with reasoning in the model's fields, dots separating levels. Other families keep `reasoning_effort`. */
export function renderThinking(asked: ReasoningRequest): WireObject {
  const { quirks, parameters } = asked;
  const isNova = quirks.includes(REASONING_CONFIG);
  if (!isNova && !quirks.includes(ANTHROPIC_FIELDS)) return parameters;
  const { reasoning_effort: effort, 'reasoning.max_tokens': budget, 'reasoning.enabled': enabled, ...rest } = parameters;
  const wish: Wish = {
    effort: textOf(effort),
    budgetTokens: numberOf(budget),
    isOff: enabled === false,
    isOn: enabled === true || effort !== undefined || budget !== undefined,
  };
  return isNova ? forNova(asked, wish, rest) : forClaude(asked, wish, rest);
}

type Wish = { effort: string | null; budgetTokens: number | null; isOff: boolean; isOn: boolean };

function forClaude(asked: ReasoningRequest, wish: Wish, rest: WireObject): WireObject {
  const { quirks, isForced, log } = asked;
  if (wish.isOff) return { ...rest, thinking: { type: 'disabled' } };
  if (isForced) {
    if (wish.isOn) log.add({ param: 'reasoning', action: 'dropped', reason: 'this model does not think where a tool has to be called' });
    if (!quirks.includes(ON_BY_DEFAULT)) return rest;
    if (!wish.isOn)
      log.add({
        param: 'reasoning.enabled',
        action: 'defaulted',
        to: false,
        reason: 'this model does not think where a tool has to be called',
      });
    return { ...rest, thinking: { type: 'disabled' } };
  }
  if (!wish.isOn) return rest;
  const thinking = wish.budgetTokens === null ? adaptive(quirks) : withBudget(asked, wish.budgetTokens);
  if (thinking === null) return rest;
  return {
    ...withoutSampling(rest, 'this model does not accept it while it thinks', log),
    thinking,
    ...(wish.effort === null ? {} : { 'outputConfig.effort': wish.effort }),
  };
}

const adaptive = (quirks: readonly string[]): WireObject => ({
  type: 'adaptive',
  ...(quirks.includes(OMITTED_BY_DEFAULT) ? { display: 'summarized' } : {}),
});

/** Adds a budget below `maxTokens`. A continued answer must have been written with reasoning; otherwise there is no budget. */
function withBudget({ parameters, messages, log }: ReasoningRequest, budgetTokens: number): WireObject | null {
  const limit = numberOf(parameters.maxTokens);
  const budget = limit === null ? budgetTokens : Math.min(budgetTokens, limit - 1);
  if (goesOnUnthought(messages)) {
    log.add({ param: 'reasoning', action: 'dropped', reason: 'the answer that this goes on with lacks its signed thinking' });
    return null;
  }
  if (budget < MIN_BUDGET_TOKENS) {
    log.add({
      param: 'reasoning',
      action: 'dropped',
      reason: `thinking takes at least ${MIN_BUDGET_TOKENS} tokens, and max_tokens leaves no room for them`,
    });
    return null;
  }
  if (budget < budgetTokens) {
    log.add({
      param: 'reasoning.max_tokens',
      action: 'clamped',
      from: budgetTokens,
      to: budget,
      reason: 'thinking must leave room below max_tokens',
    });
  }
  return { type: 'enabled', budget_tokens: budget };
}

/** True when the conversation ends in a prefill, or in tool results of an answer without reasoning. */
function goesOnUnthought(messages: readonly WireMessage[]): boolean {
  const [last, before] = [messages.at(-1), messages.at(-2)];
  if (last?.role === 'assistant') return true;
  return last?.content.some((block) => isObject(block['toolResult'])) === true && before?.content[0]?.['reasoningContent'] === undefined;
}

function forNova(asked: ReasoningRequest, wish: Wish, rest: WireObject): WireObject {
  const { log } = asked;
  if (wish.isOff) return { ...rest, reasoningConfig: { type: 'disabled' } };
  if (!wish.isOn) return rest;
  const isHigh = wish.effort === 'high';
  const isLimited = isHigh && rest.maxTokens !== undefined; // a limit bounds the cost, so it has priority over the effort
  if (isLimited) {
    log.add({
      param: 'reasoning_effort',
      action: 'clamped',
      from: 'high',
      to: 'medium',
      reason: 'this provider accepts no max_tokens beside the effort high',
    });
  }
  const fit = isHigh && !isLimited ? withoutSampling(rest, 'this provider does not accept it beside the effort high', log) : rest;
  return { ...fit, reasoningConfig: { type: 'enabled', maxReasoningEffort: isLimited ? 'medium' : (wish.effort ?? 'medium') } };
}

function withoutSampling(parameters: JsonObject, reason: string, log: AdjustmentLog): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    const unified = Object.hasOwn(SAMPLING, name) ? SAMPLING[name] : undefined;
    if (unified === undefined) kept[name] = value;
    else log.add({ param: unified, action: 'dropped', from: value, reason });
  }
  return kept;
}
