/**
 * Fits `reasoning`, `reasoning_effort` and `include_reasoning`. A provider that accepts OpenRouter's `reasoning` object gets it. For others the
 * request is converted to what the rules accept: `reasoning_effort` (an effort), `reasoning.max_tokens` (a budget) or `reasoning.enabled`
 * (a switch). A conversion that may change the meaning is reported. The router itself can remove reasoning from the answer. Pure.
 */
import { isObject, type JsonObject } from '../../lib/json.ts';
import type { Adjustment } from '../../unified/adjustment.ts';
import type { Rule } from '../../unified/rule.ts';
import { outputLimit, reasoningLimit } from '../answer-room.ts';
import { fitValue } from '../fit-value.ts';
import { conflictOf, drop, fitParameter, ruleBeside, ruleOf, send, type FitContext } from '../fit-parameter.ts';

/** Efforts from least to most, and the share of `max_tokens` that OpenRouter assigns to each (docs on reasoning tokens, read 2026-08-22). */
const EFFORT_SHARES: readonly (readonly [effort: string, share: number])[] = [
  ['none', 0],
  ['minimal', 0.1],
  ['low', 0.2],
  ['medium', 0.5],
  ['high', 0.8],
  ['xhigh', 0.95],
  ['max', 0.95],
];
const EFFORTS = EFFORT_SHARES.map(([effort]) => effort);

/** Bounds of a budget that is computed from an effort, as at OpenRouter. */
const [MIN_BUDGET_TOKENS, MAX_BUDGET_TOKENS] = [1024, 128_000];

/** The limit that a budget is a share of when neither the client nor the catalogue has one. */
const ASSUMED_MAX_TOKENS = 16_384;

/** The requested reasoning, and the client's parameter for it. */
type ReasoningRequest = { param: string; from: unknown; effort: string | null; budgetTokens: number | null };

/** Fits all reasoning parameters. */
export function fitReasoning(fitting: FitContext): void {
  const { reasoning, reasoning_effort: effort, include_reasoning: include } = fitting.request.parameters;
  const object: JsonObject = isObject(reasoning) ? reasoning : {};
  if (ruleOf(fitting, 'reasoning') !== null) {
    sendObject(fitting, object, include);
    if (typeof effort === 'string') fitEffortBeside(fitting, effort);
    return;
  }
  const known = new Set(['effort', 'max_tokens', 'exclude', 'enabled']);
  for (const [key, value] of Object.entries(object)) {
    if (!known.has(key) && value !== null) drop(fitting, `reasoning.${key}`, { value, reason: 'this provider has no field for it' });
  }
  const asked = readReasoningRequest(object, effort);
  if (asked !== null) fitReasoningRequest(fitting, asked);
  if (object['exclude'] === true) hideReasoning(fitting, 'reasoning.exclude', true);
  else if (include !== undefined && ruleOf(fitting, 'include_reasoning') !== null) fitParameter(fitting, 'include_reasoning', include);
  else if (include === false) hideReasoning(fitting, 'include_reasoning', false);
}

/** Sends OpenRouter's object. The legacy `include_reasoning` becomes its `exclude`. */
function sendObject(fitting: FitContext, asked: JsonObject, include: unknown): void {
  const object = withEffort(fitting, withSwitch(fitting, asked));
  if (Object.keys(object).length > 0) fitParameter(fitting, 'reasoning', include === false ? { ...object, exclude: true } : object);
  else if (include !== undefined) fitParameter(fitting, 'include_reasoning', include);
}

/** Fits the effort beside the object, for a provider that accepts both. */
function fitEffortBeside(fitting: FitContext, effort: string): void {
  const rule = ruleOf(fitting, 'reasoning_effort');
  if (rule === null || conflictOf(fitting, 'reasoning_effort', rule) !== null) return fitParameter(fitting, 'reasoning_effort', effort);
  sendEffort(fitting, { param: 'reasoning_effort', from: effort, effort, budgetTokens: null }, { effort, rule });
}

/** Drops "off" from an object for a model that always reasons: its efforts have no "none". */
function withSwitch(fitting: FitContext, asked: JsonObject): JsonObject {
  const { enabled, ...rest } = asked;
  const efforts = ruleOf(fitting, 'reasoning_effort')?.enum;
  if (enabled !== false || efforts === undefined || efforts.includes('none')) return asked;
  drop(fitting, 'reasoning.enabled', { value: false, reason: 'reasoning cannot be switched off here' });
  return rest;
}

/** Moves the effort of an object to one that the model accepts. */
function withEffort(fitting: FitContext, asked: JsonObject): JsonObject {
  const [{ effort, ...rest }, rule] = [asked, ruleOf(fitting, 'reasoning_effort')];
  if (typeof effort !== 'string' || rule === null) return asked;
  const sent = nearestEffort(effort, rule);
  if (sent === effort) return asked;
  const reason = `this provider accepts only ${rule.enum?.join(', ')}`;
  if (sent === null) drop(fitting, 'reasoning.effort', { value: effort, reason });
  else fitting.adjustments.push({ param: 'reasoning.effort', action: 'clamped', from: effort, to: sent, reason });
  return sent === null ? rest : { ...rest, effort: sent };
}

/** Combines the parameters into one request. A budget has priority, then an effort, then the switch. Null when there is none. */
function readReasoningRequest(object: JsonObject, effort: unknown): ReasoningRequest | null {
  const { enabled, max_tokens: budget, effort: own } = object;
  if (enabled === false) return { param: 'reasoning.enabled', from: false, effort: 'none', budgetTokens: null };
  if (typeof budget === 'number')
    return { param: 'reasoning.max_tokens', from: budget, effort: budget === 0 ? 'none' : null, budgetTokens: budget };
  if (typeof effort === 'string') return { param: 'reasoning_effort', from: effort, effort, budgetTokens: null };
  if (typeof own === 'string') return { param: 'reasoning.effort', from: own, effort: own, budgetTokens: null };
  return enabled === true ? { param: 'reasoning.enabled', from: true, effort: null, budgetTokens: null } : null;
}

function fitReasoningRequest(fitting: FitContext, asked: ReasoningRequest): void {
  if (asked.effort === 'none') return switchOff(fitting, asked);
  const [efforts, budgets, toggle] = ['reasoning_effort', 'reasoning.max_tokens', 'reasoning.enabled'].map((name) =>
    ruleBeside(fitting, name),
  );
  const isToggled = toggle != null && fitValue(true, toggle).kind === 'same';
  if (isToggled) send(fitting, 'reasoning.enabled', true);
  if (isToggled && asked.from === true) return; // the provider decides how much
  if (asked.budgetTokens !== null && budgets != null) return sendBudget(fitting, asked, { tokens: asked.budgetTokens, rule: budgets });
  if (efforts != null) return sendEffort(fitting, asked, { effort: effortOf(asked, fitting), rule: efforts });
  if (budgets != null) return sendBudget(fitting, asked, { tokens: budgetOf(asked.effort ?? 'medium', fitting), rule: budgets });
  if (!isToggled) drop(fitting, asked.param, { value: asked.from, reason: 'this provider does not accept it' });
  else report(fitting, asked, { action: 'clamped', to: 'on', reason: 'this provider can only switch reasoning on or off' });
}

/** Switches reasoning off: with the switch, the effort "none", or a budget of 0. */
function switchOff(fitting: FitContext, asked: ReasoningRequest): void {
  for (const [name, value] of [
    ['reasoning.enabled', false],
    ['reasoning_effort', 'none'],
    ['reasoning.max_tokens', 0],
  ] as const) {
    const rule = ruleOf(fitting, name);
    // An effort rule without a list accepts every effort.
    if (rule === null || fitValue(value, rule).kind !== 'same') continue;
    send(fitting, name, value);
    if (value !== asked.from)
      report(fitting, asked, { action: 'renamed', to: value, reason: 'this provider has another value for no reasoning' });
    return;
  }
  const takesAny = ['reasoning.enabled', 'reasoning_effort', 'reasoning.max_tokens'].some((name) => ruleOf(fitting, name) !== null);
  drop(fitting, asked.param, {
    value: asked.from,
    reason: takesAny ? 'reasoning cannot be switched off here' : 'this provider does not accept it',
  });
}

/** Returns the limit that a budget is a share of. */
const limitOf = (fitting: FitContext): number => outputLimit(fitting) ?? ASSUMED_MAX_TOKENS;

function budgetOf(effort: string, fitting: FitContext): number {
  const share = EFFORT_SHARES.find(([name]) => name === effort)?.[1] ?? 0.5;
  return Math.max(MIN_BUDGET_TOKENS, Math.min(Math.floor(limitOf(fitting) * share), MAX_BUDGET_TOKENS));
}

/** Returns the requested reasoning tokens; 0 when reasoning is switched off or not requested. */
export function countReasoningTokens(fitting: FitContext): number {
  const { reasoning, reasoning_effort: effort } = fitting.request.parameters;
  const asked = readReasoningRequest(isObject(reasoning) ? reasoning : {}, effort);
  if (asked === null || asked.effort === 'none') return 0;
  const sent = fitting.parameters[ruleOf(fitting, 'reasoning.max_tokens')?.name ?? 'reasoning.max_tokens'];
  return typeof sent === 'number' ? sent : (asked.budgetTokens ?? budgetOf(asked.effort ?? 'medium', fitting));
}

/** Returns the requested effort, or the one whose share of the limit is nearest to the requested budget. */
function effortOf({ effort, budgetTokens }: ReasoningRequest, fitting: FitContext): string {
  if (budgetTokens === null) return effort ?? 'medium';
  const share = budgetTokens / limitOf(fitting);
  const distance = (entry: readonly [string, number]) => Math.abs(entry[1] - share);
  const [nearest] = EFFORT_SHARES.slice(1).toSorted((one, other) => distance(one) - distance(other));
  return nearest?.[0] ?? 'medium';
}

function sendBudget(fitting: FitContext, asked: ReasoningRequest, { tokens, rule }: { tokens: number; rule: Rule }): void {
  const fitted = fitValue(tokens, rule);
  if (fitted.kind === 'refused') return drop(fitting, asked.param, { value: asked.from, reason: `this provider ${fitted.why}` });
  const accepted = fitted.kind === 'moved' ? Number(fitted.value) : tokens;
  const limit = outputLimit(fitting);
  const sent = limit === null ? accepted : Math.min(accepted, reasoningLimit(limit));
  if (sent < (rule.minimum ?? 1)) return dropReasoning(fitting, asked, rule.minimum ?? 1);
  send(fitting, 'reasoning.max_tokens', sent);
  if (sent < accepted && asked.budgetTokens !== null)
    report(fitting, asked, {
      action: 'clamped',
      to: sent,
      reason: `reasoning leaves room for the answer below the limit of ${limit} tokens`,
    });
  else if (asked.budgetTokens === null)
    report(fitting, asked, { action: 'renamed', to: sent, reason: 'this provider accepts a number of reasoning tokens' });
  else if (fitted.kind === 'moved') report(fitting, asked, { action: 'clamped', to: sent, reason: `this provider ${fitted.why}` });
}

/** Drops reasoning when the limit has no room for it. If it may be on by default, it is switched off. */
function dropReasoning(fitting: FitContext, asked: ReasoningRequest, least: number): void {
  const toggle = ruleOf(fitting, 'reasoning.enabled');
  const isToggled = toggle !== null && [true, false].every((value) => fitValue(value, toggle).kind === 'same');
  if (isToggled) send(fitting, 'reasoning.enabled', false);
  const reason = `reasoning takes at least ${least} tokens here, and max_tokens leaves no room for them beside the answer`;
  drop(fitting, asked.param, { value: asked.from, reason });
}

function sendEffort(fitting: FitContext, asked: ReasoningRequest, { effort, rule }: { effort: string; rule: Rule }): void {
  const sent = nearestEffort(effort, rule);
  if (sent === null)
    return drop(fitting, asked.param, { value: asked.from, reason: `this provider accepts only ${rule.enum?.join(', ')}` });
  send(fitting, 'reasoning_effort', sent);
  if (sent === asked.from) return;
  if (sent === effort) report(fitting, asked, { action: 'renamed', to: sent, reason: 'this provider accepts an effort' });
  else report(fitting, asked, { action: 'clamped', to: sent, reason: `this provider accepts only ${rule.enum?.join(', ')}` });
}

/** Returns the accepted effort closest to the requested one; of two equally close the lower, which costs less. Null when none compares. */
function nearestEffort(effort: string, rule: Rule): string | null {
  const accepted = rule.enum?.map(String) ?? EFFORTS;
  if (accepted.includes(effort)) return effort;
  const rank = EFFORTS.indexOf(effort);
  // "none" switches reasoning off, so it is used only when requested.
  const choices = accepted.filter((candidate) => EFFORTS.includes(candidate) && candidate !== 'none');
  const distance = (candidate: string) => Math.abs(EFFORTS.indexOf(candidate) - rank);
  return choices.sort((one, other) => distance(one) - distance(other) || EFFORTS.indexOf(one) - EFFORTS.indexOf(other))[0] ?? null;
}

function report(fitting: FitContext, { param, from }: ReasoningRequest, change: Pick<Adjustment, 'action' | 'to' | 'reason'>): void {
  fitting.adjustments.push({ param, from, ...change });
}

function hideReasoning(fitting: FitContext, param: string, value: boolean): void {
  fitting.emulation.hideReasoning = true;
  fitting.adjustments.push({
    param,
    action: 'emulated',
    from: value,
    reason: 'the router removes reasoning from the answer; it is still billed',
  });
}
