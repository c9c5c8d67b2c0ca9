/**
 * Fits log probabilities. There are two forms: `logprobs: true, top_logprobs: k` (chat), and `logprobs: k` (legacy completions, and some
 * chat providers). The type in the provider's rule decides; encoders convert the answer back. Pure.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import type { Rule } from '../../unified/rule.ts';
import { drop, fitParameter, fitAndReportAs, ruleOf, type FitContext } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';

/** Fits `logprobs` and `top_logprobs` together. */
export function fitLogprobs(fitting: FitContext): void {
  const { logprobs, top_logprobs: top } = fitting.request.parameters;
  const isChat = fitting.request.operation === 'chat';
  if (isChat ? logprobs !== true : logprobs === undefined) {
    // Not requested: false is neutral, and top_logprobs alone has no effect.
    if (isChat && logprobs === false && takes(ruleOf(fitting, 'logprobs'), 'boolean')) fitParameter(fitting, 'logprobs', false);
    return;
  }
  const alternatives = typeof (isChat ? top : logprobs) === 'number' ? Number(isChat ? top : logprobs) : 0;
  /** The client's parameter with the number. */
  const counter = isChat && top !== undefined ? 'top_logprobs' : 'logprobs';
  const rule = ruleOf(fitting, 'logprobs');
  if (isChat) fitting.emulation.alternatives = alternatives;
  if (rule === null) {
    for (const name of new Set(['logprobs', counter]))
      drop(fitting, name, { value: fitting.request.parameters[name], reason: 'this provider does not accept it' });
  } else if (takes(rule, 'boolean') && (isChat || !takes(rule, 'integer'))) {
    sendAsFlag(fitting, rule, { alternatives, counter });
  } else {
    // A chat request without alternatives asks for one, because some providers read 0 as "no log probabilities". The router removes it again.
    sendAsNumber(fitting, rule, { alternatives: isChat ? Math.max(1, alternatives) : alternatives, counter });
  }
}

function takes(rule: Rule | null, type: 'boolean' | 'integer'): boolean {
  if (rule === null) return false;
  if (rule.type === undefined) return type === 'boolean';
  return Array.isArray(rule.type) ? rule.type.includes(type) : rule.type === type;
}

/** Number of alternatives, and the client's parameter with that number. */
type RequestedAlternatives = { alternatives: number; counter: string };

/** Sends `logprobs: true`, and `top_logprobs` when alternatives are requested. */
function sendAsFlag(fitting: FitContext, rule: Rule, { alternatives, counter }: RequestedAlternatives): void {
  fitting.parameters[rule.name ?? 'logprobs'] = true;
  if (alternatives > 0 || counter === 'top_logprobs') fitAndReportAs(counter, fitting, { name: 'top_logprobs', value: alternatives });
  if (fitting.request.operation === 'completions')
    reportRenamed(fitting, {
      param: counter,
      from: alternatives,
      to: true,
      reason: 'this provider has a chat API: it accepts logprobs as a boolean and the number as top_logprobs',
    });
}

/** Sends `logprobs: k`. */
function sendAsNumber(fitting: FitContext, rule: Rule, { alternatives, counter }: RequestedAlternatives): void {
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
    reportRenamed(fitting, {
      param: 'logprobs',
      from: true,
      to: sent,
      reason: 'this provider accepts the number of alternatives as logprobs',
    });
}

function reportRenamed(fitting: FitContext, change: Omit<Adjustment, 'action'>): void {
  fitting.adjustments.push({ ...change, action: 'renamed' });
}
