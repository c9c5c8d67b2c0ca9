/**
 * Writes `thinking` and `output_config.effort`, and resolves conflicts: with sampling parameters, required tool calls, a budget above
 * `max_tokens`, and a prefill. Sources: Anthropic's model migration guide (github.com/anthropics/skills) and extended thinking page;
 * error texts in github.com/workglow-dev/libs/issues/746 (read 2026-11-20).
 */
import { numberOf, textOf } from '../../../lib/json.ts';
import type { WireObject } from './wire.ts';
import type { WireMessage } from './messages.ts';
import type { AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { HIGHEST_EFFORTS_THINK, MIN_BUDGET_TOKENS, NO_FORCED_TOOLS, THINKS_BY_DEFAULT } from './rules.ts';

/** The rendered reasoning. */
export type ReasoningConfig = {
  thinking: WireObject | null;
  /** `output_config.effort`. */
  effort: string | null;
  /** True when the model reasons: requested or by default. */
  isOn: boolean;
};

export type ReasoningRequest = {
  parameters: Readonly<WireObject>;
  messages: readonly WireMessage[];
  quirks: readonly string[];
  maxTokens: number;
  /** True when the client requires a tool call. */
  isToolForced: boolean;
  /** True when the response format requires a tool call, which has priority over reasoning. */
  isFormatForced: boolean;
  log: AdjustmentLog;
};

/** True when the client requested reasoning. */
export const isThinkingAsked = ({ reasoning_effort: effort, ...parameters }: Readonly<WireObject>): boolean =>
  textOf(effort) !== null || numberOf(parameters['reasoning.max_tokens']) !== null || parameters['reasoning.enabled'] === true;

/** Decides how the model reasons, and its effort. */
export function renderThinking(asked: ReasoningRequest): ReasoningConfig {
  const { parameters, quirks, log } = asked;
  const [effort, verbosity] = [textOf(parameters.reasoning_effort), textOf(parameters.verbosity)];
  if (parameters['reasoning.enabled'] === false) return switchedOff(verbosity, quirks, log);
  if (!isThinkingAsked(parameters)) return unasked(asked, verbosity);
  const obstacle = obstacleOf(asked);
  if (obstacle !== null) return withoutThought(obstacle, asked, verbosity);
  if (effort !== null && verbosity !== null && effort !== verbosity) {
    log.add({
      param: 'verbosity',
      action: 'dropped',
      from: verbosity,
      reason: 'this provider has one field for both, and the effort of reasoning is in it',
    });
  }
  return { thinking: inWords(asked), effort: effort ?? verbosity, isOn: true };
}

/** Switches off requested reasoning that is not possible. Where it is the default, omitting it is not enough. */
function withoutThought(obstacle: string, { quirks, log }: ReasoningRequest, verbosity: string | null): ReasoningConfig {
  log.add({ param: 'reasoning', action: 'dropped', reason: obstacle });
  return quirks.includes(THINKS_BY_DEFAULT) ? switchedOff(verbosity, quirks, log) : { thinking: null, effort: verbosity, isOn: false };
}

function switchedOff(verbosity: string | null, quirks: readonly string[], log: AdjustmentLog): ReasoningConfig {
  const isTooMuch = quirks.includes(HIGHEST_EFFORTS_THINK) && (verbosity === 'xhigh' || verbosity === 'max');
  if (isTooMuch)
    log.add({ param: 'verbosity', action: 'clamped', from: verbosity, to: 'high', reason: 'without thinking this model goes up to high' });
  return { thinking: { type: 'disabled' }, effort: isTooMuch ? 'high' : verbosity, isOn: false };
}

/** No reasoning was requested: the model decides, unless a required tool call excludes its default. */
function unasked({ quirks, isToolForced, isFormatForced, log }: ReasoningRequest, verbosity: string | null): ReasoningConfig {
  const isOn = quirks.includes(THINKS_BY_DEFAULT);
  if (!isOn || quirks.includes(NO_FORCED_TOOLS) || !(isToolForced || isFormatForced)) return { thinking: null, effort: verbosity, isOn };
  log.add({
    param: 'reasoning.enabled',
    action: 'defaulted',
    to: false,
    reason: 'this model does not think where a tool has to be called',
  });
  return switchedOff(verbosity, quirks, log);
}

/** Returns why the model cannot reason about this request, or null. */
function obstacleOf({ parameters, messages, maxTokens, isFormatForced }: ReasoningRequest): string | null {
  if (isFormatForced) return 'this model answers in JSON by a tool that it has to call, and does not think where it has to';
  if (messages.at(-1)?.role === 'assistant') return 'this model does not think about an answer that was begun for it';
  if (numberOf(parameters['reasoning.max_tokens']) === null) return null;
  if (maxTokens <= MIN_BUDGET_TOKENS) return `thinking takes at least ${MIN_BUDGET_TOKENS} tokens, and max_tokens leaves no room for them`;
  return isLoopUnthought(messages) ? 'the tool calls that this goes on with came without their signed thinking' : null;
}

/** True for tool results whose calls came without reasoning. A budget requires that reasoning back. */
function isLoopUnthought(messages: readonly WireMessage[]): boolean {
  const isResult = ({ content }: WireMessage) => content[0]?.['type'] === 'tool_result';
  const last = messages.at(-1);
  if (last === undefined || !isResult(last)) return false;
  const start = messages.findLastIndex((message) => message.role === 'user' && !isResult(message));
  return !messages.slice(start + 1).some(({ content }) => content.some(({ type }) => type === 'thinking' || type === 'redacted_thinking'));
}

function inWords({ parameters, maxTokens, log }: ReasoningRequest): WireObject {
  const budget = numberOf(parameters['reasoning.max_tokens']);
  // Newer models return no reasoning text unless a summary is requested; older ones return a summary anyway.
  if (budget === null) return { type: 'adaptive', display: 'summarized' };
  const fit = Math.max(MIN_BUDGET_TOKENS, Math.min(budget, maxTokens - 1));
  const reason = `thinking takes ${MIN_BUDGET_TOKENS} tokens or more, and fewer than max_tokens`;
  if (fit !== budget) log.add({ param: 'reasoning.max_tokens', action: 'clamped', from: budget, to: fit, reason });
  return { type: 'enabled', budget_tokens: fit };
}

/** Lowest `top_p` together with reasoning (Anthropic's extended thinking page; not certain for later models). */
const MIN_TOP_P = 0.95;

/** Returns the sampling parameters that a model accepts while it reasons. */
export function fitSampling(parameters: WireObject, log: AdjustmentLog): WireObject {
  const { temperature, top_k: topK, top_p: topP, ...others } = parameters;
  const rest: WireObject = others;
  const reason = 'this model does not accept it while it thinks';
  if (topK !== undefined) log.add({ param: 'top_k', action: 'dropped', from: topK, reason });
  if (temperature === 1) rest.temperature = 1;
  else if (temperature !== undefined) log.add({ param: 'temperature', action: 'dropped', from: temperature, reason });
  if (typeof topP !== 'number') return rest;
  const fit = Math.max(topP, MIN_TOP_P);
  if (fit !== topP)
    log.add({ param: 'top_p', action: 'clamped', from: topP, to: fit, reason: 'this model accepts it from 0.95 up while it thinks' });
  return { ...rest, top_p: fit };
}
