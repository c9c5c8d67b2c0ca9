/**
 * Log probabilities are asked for in two ways: `logprobs: true, top_logprobs: k` (chat) and `logprobs: k` (legacy completions, and
 * some chat providers). The provider's rule says which it takes, by its type; the answer is turned back by the encoders. Pure.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import type { Rule } from '../../unified/rule.ts';
import { drop, fitParameter, fitReportedAs, ruleOf, type Fitting } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';

/** Fits `logprobs` and `top_logprobs` together. */
export function fitLogprobs(fitting: Fitting): void {
  const { logprobs, top_logprobs: top } = fitting.request.parameters;
  const isChat = fitting.request.operation === 'chat';
  if (isChat ? logprobs !== true : logprobs === undefined) {
    // Not asked for: false is neutral, and alternatives of nothing are nothing.
    if (isChat && logprobs === false && takes(ruleOf(fitting, 'logprobs'), 'boolean')) fitParameter(fitting, 'logprobs', false);
    return;
  }
  const alternatives = typeof (isChat ? top : logprobs) === 'number' ? Number(isChat ? top : logprobs) : 0;
  /** The parameter of the client that says how many. */
  const counter = isChat && top !== undefined ? 'top_logprobs' : 'logprobs';
  const rule = ruleOf(fitting, 'logprobs');
  if (isChat) fitting.emulation.alternatives = alternatives;
  if (rule === null) {
    for (const name of new Set(['logprobs', counter]))
      drop(fitting, name, { value: fitting.request.parameters[name], reason: 'this provider does not accept it' });
  } else if (takes(rule, 'boolean') && (isChat || !takes(rule, 'integer'))) {
    asFlag(fitting, rule, { alternatives, counter });
  } else {
    // A chat without alternatives asks for one: to some providers 0 means no log probabilities at all. The router leaves it out again.
    asNumber(fitting, rule, { alternatives: isChat ? Math.max(1, alternatives) : alternatives, counter });
  }
}

function takes(rule: Rule | null, type: 'boolean' | 'integer'): boolean {
  if (rule === null) return false;
  if (rule.type === undefined) return type === 'boolean';
  return Array.isArray(rule.type) ? rule.type.includes(type) : rule.type === type;
}

/** How many alternatives are wanted, and the parameter of the client that says so. */
type Wanted = { alternatives: number; counter: string };

/** `logprobs: true`, and `top_logprobs` where alternatives are wanted. */
function asFlag(fitting: Fitting, rule: Rule, { alternatives, counter }: Wanted): void {
  fitting.parameters[rule.name ?? 'logprobs'] = true;
  if (alternatives > 0 || counter === 'top_logprobs') fitReportedAs(counter, fitting, { name: 'top_logprobs', value: alternatives });
  if (fitting.request.operation === 'completions')
    note(fitting, {
      param: counter,
      from: alternatives,
      to: true,
      reason: 'this provider chats: it takes logprobs as a flag and the number as top_logprobs',
    });
}

/** `logprobs: k`. */
function asNumber(fitting: Fitting, rule: Rule, { alternatives, counter }: Wanted): void {
  const fitted = fitValue(alternatives, rule);
  if (fitted.kind === 'refused') {
    drop(fitting, counter, { value: alternatives, reason: `this provider ${fitted.why}` });
    return;
  }
  const sent = fitted.kind === 'moved' ? fitted.value : alternatives;
  if (fitted.kind === 'moved')
    fitting.adjustments.push({ param: counter, action: 'clamped', from: alternatives, to: sent, reason: `this provider ${fitted.why}` });
  fitting.parameters[rule.name ?? 'logprobs'] = sent;
  if (fitting.request.operation === 'chat')
    note(fitting, { param: 'logprobs', from: true, to: sent, reason: 'this provider accepts the number of alternatives as logprobs' });
}

function note(fitting: Fitting, change: Omit<Adjustment, 'action'>): void {
  fitting.adjustments.push({ ...change, action: 'renamed' });
}
