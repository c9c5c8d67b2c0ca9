/** Estimates a probe before anything is sent: the planner is driven with the answers that the provider file predicts. Pure. */
import { fitValue } from '../../fitting/fit-value.ts';
import { probeTarget } from './plan.ts';
import { firstForm } from './inquiry.ts';
import { LIMITS } from './subjects.ts';
import { ruleOf, type ProbeTarget } from './target.ts';
import type { Answer, Ask, Observations, Seen } from './trial.ts';
import { askId } from './write-request.ts';

/** Requests that a probe takes where the upstream is as the file states. A difference takes up to about thirty more. */
export type Estimate = { readonly asks: readonly Ask[]; readonly observations: Observations };

/** Drives the planner with predictions. */
export function estimateProbe(target: ProbeTarget): Estimate {
  const asks = new Map<string, Ask>();
  const plan = probeTarget(target);
  let step = plan.next();
  while (step.done !== true) {
    const id = askId(target, step.value);
    asks.set(id, step.value);
    step = plan.next(predict(target, step.value, id));
  }
  return { asks: [...asks.values()], observations: step.value };
}

const SEEN: Seen = {
  texts: ['red green'],
  choices: 128,
  finishReasons: ['length'],
  hasLogprobs: true,
  topLogprobs: 20,
  toolCalls: 1,
  hasReasoning: true,
  promptTokens: 10,
  completionTokens: 1,
  vector: null,
};

/** The answer that the file predicts. */
function predict(target: ProbeTarget, ask: Ask, id: string): Answer {
  const limit = LIMITS.find((name) => ruleOf(target.rules, name)?.required === true);
  if (limit !== undefined && !LIMITS.some((name) => Object.hasOwn(ask.values, name))) return refusal(id, limit);
  const fault = Object.entries(ask.values).find(([param, value]) => !isAccepted(target, ask, { param, value }));
  if (fault === undefined) return { id, at: 0, kind: 'accepted', seen: SEEN };
  const [param] = fault;
  return refusal(id, ask.forms?.[param]?.name ?? param);
}

const refusal = (id: string, name: string): Answer => ({
  id,
  at: 0,
  kind: 'refused',
  status: 400,
  message: `${name}: refused`,
  param: name,
  code: null,
});

function isAccepted(target: ProbeTarget, { values, forms, stream }: Ask, { param, value }: { param: string; value: unknown }): boolean {
  const rule = ruleOf(target.rules, param);
  if (rule === undefined || fitValue(value, rule).kind !== 'same') return false;
  if ((forms?.[param] ?? firstForm(target, param)).name !== firstForm(target, param).name) return false;
  const isThere = (other: string) => (other === 'stream' ? stream === true : Object.hasOwn(values, other));
  if (!LIMITS.includes(param) && rule.conflictsWith?.some(isThere) === true) return false;
  return Object.entries(rule.onlyWith ?? {}).every(([other, accepted]) => accepted.some((one) => one === values[other]));
}
