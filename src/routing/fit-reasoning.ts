/**
 * `reasoning`, `reasoning_effort`, `include_reasoning`: three ways to say one thing. A host that takes OpenRouter's object gets it;
 * one that takes an effort gets the nearest effort it knows; leaving the thinking out of the answer the router can do itself. Pure.
 */
import { isObject, type JsonObject } from '../unified/json.ts';
import type { Rule } from '../unified/rule.ts';
import { drop, fitParameter, ruleOf, type Fitting } from './fitting.ts';

/** Efforts from least to most. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Fits all three together. */
export function fitReasoning(fitting: Fitting): void {
  const { reasoning, reasoning_effort: effort, include_reasoning: include } = fitting.request.parameters;
  const asked: JsonObject = isObject(reasoning) ? reasoning : {};
  if (ruleOf(fitting, 'reasoning') !== null) {
    passObject(fitting, asked, include);
    if (effort !== undefined) fitParameter(fitting, 'reasoning_effort', effort);
    return;
  }
  const known = new Set(['effort', 'exclude', 'enabled']);
  for (const [key, value] of Object.entries(asked)) {
    if (!known.has(key) && value !== null) drop(fitting, `reasoning.${key}`, value, 'this host has no field for it');
  }
  if (typeof effort === 'string') fitEffort(fitting, effort, 'reasoning_effort');
  else if (typeof asked.effort === 'string') fitEffort(fitting, asked.effort, 'reasoning.effort');
  else if (typeof asked.enabled === 'boolean') fitEffort(fitting, asked.enabled ? 'medium' : 'none', 'reasoning.enabled', asked.enabled);
  if (asked.exclude === true) hide(fitting, 'reasoning.exclude', true);
  else if (include !== undefined && ruleOf(fitting, 'include_reasoning') !== null) fitParameter(fitting, 'include_reasoning', include);
  else if (include === false) hide(fitting, 'include_reasoning', false);
}

/** OpenRouter's own object, with the legacy switch folded in. */
function passObject(fitting: Fitting, asked: JsonObject, include: unknown): void {
  if (Object.keys(asked).length > 0) fitParameter(fitting, 'reasoning', include === false ? { ...asked, exclude: true } : asked);
  else if (include !== undefined) fitParameter(fitting, 'include_reasoning', include);
}

function fitEffort(fitting: Fitting, effort: string, param: string, from: unknown = effort): void {
  const rule = ruleOf(fitting, 'reasoning_effort');
  if (rule === null) {
    drop(fitting, param, from, 'this host does not accept it');
    return;
  }
  const sent = nearestEffort(effort, rule);
  if (sent === null) {
    drop(fitting, param, from, `this host knows only ${rule.enum?.join(', ')}`);
    return;
  }
  if (sent !== from) {
    const reason = sent === effort ? 'this host takes an effort' : `this host knows only ${rule.enum?.join(', ')}`;
    fitting.adjustments.push({ param, action: sent === effort ? 'renamed' : 'clamped', from, to: sent, reason });
  }
  fitting.parameters[rule.name ?? 'reasoning_effort'] = sent;
}

/** The accepted effort closest to the one asked for; of two equally close the lower one, which costs less. Null when none compares. */
function nearestEffort(effort: string, rule: Rule): string | null {
  const accepted = rule.enum?.map(String) ?? EFFORTS;
  if (accepted.includes(effort)) return effort;
  const rank = EFFORTS.indexOf(effort);
  // "none" means no thinking at all; it is reached only by asking for it.
  const choices = accepted.filter((candidate) => EFFORTS.includes(candidate) && (candidate !== 'none' || effort === 'none'));
  const distance = (candidate: string) => Math.abs(EFFORTS.indexOf(candidate) - rank);
  return choices.sort((one, other) => distance(one) - distance(other) || EFFORTS.indexOf(one) - EFFORTS.indexOf(other))[0] ?? null;
}

function hide(fitting: Fitting, param: string, value: boolean): void {
  fitting.emulation.hideReasoning = true;
  fitting.adjustments.push({
    param,
    action: 'emulated',
    from: value,
    reason: 'the router leaves the thinking out of the answer; it is still billed',
  });
}
