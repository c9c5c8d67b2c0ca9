/**
 * Fits one parameter to the rules of one target: the step that every parameter takes, and the reports it makes. `fit.ts` iterates over the
 * parameters; parameters that are fitted together have a file in `parameters/`. Pure.
 */
import type { KnownRefusals } from '../ports.ts';
import type { OperationRules } from '../registry/provider.ts';
import type { StopSequence } from '../stream/stages/stop.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { JsonObject } from '../lib/json.ts';
import { parameterOf, type Operation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Bounds, Rule, RuleOrNot } from '../unified/rule.ts';
import type { RequestedFormat } from '../unified/request/format-instruction.ts';
import { fitValue } from './fit-value.ts';

/** What the router does to the answer because the upstream does not support it. */
export type Emulation = {
  stop: StopSequence[];
  /** Prompts to insert before the choices; null = none. */
  echo: readonly string[] | null;
  /** Prompts that the provider repeats before its choices (null for a prompt of token ids); null = none. */
  echoed: readonly (string | null)[] | null;
  hideReasoning: boolean;
  /** True when the router requested log probabilities, not the client. */
  hideLogprobs: boolean;
  /** Most alternatives per token; null = all that are returned. */
  alternatives: number | null;
  /** Candidates per prompt, and how many of them are returned; null = no selection. */
  bestOf: { candidates: number; keep: number } | null;
  /** Dimensions that vectors are cut to; null = unchanged. */
  dimensions: number | null;
  /** Custom tools that are sent as functions, by the client's names. */
  customTools: readonly string[];
  /** The format described in the prompt, which the answer is checked for; null = none. */
  format: RequestedFormat | null;
  /** The mark that the client sets for the whole request, where the router sets marks for it; null = none. */
  cacheMark: JsonObject | null;
  /** An answer that is no JSON is repaired. */
  repairsJson: boolean;
};

/** Nothing. */
export const NO_EMULATION: Readonly<Emulation> = {
  stop: [],
  echo: null,
  echoed: null,
  hideReasoning: false,
  hideLogprobs: false,
  alternatives: null,
  bestOf: null,
  dimensions: null,
  customTools: [],
  format: null,
  cacheMark: null,
  repairsJson: false,
};

/** The endpoint that a request is fitted to. */
export type Target = {
  /** Slug of the provider. */
  provider: string;
  operation: Operation;
  rules: OperationRules;
  model: string;
  /** Most output tokens of the model; null = unknown. */
  maxOutputTokens: number | null;
  /** Most tokens of prompt and answer; null or absent = unknown. */
  contextTokens?: number | null;
  /** Most output tokens that the context has room for beside the prompt; null or absent = as many as were asked for. */
  answerRoom?: number | null;
  /** Parameters that this endpoint rejected recently. */
  knownRefusals: KnownRefusals;
};

/** State of fitting one request. */
export type FitContext = {
  readonly request: UnifiedRequest;
  readonly target: Target;
  readonly adjustments: Adjustment[];
  readonly emulation: Emulation;
  /** Parameters that are sent, with their values before they are written as the provider writes them. */
  readonly accepted: JsonObject;
  /** Wire name to value, as far as we are. */
  readonly parameters: JsonObject;
};

/** Parameters that have no effect without another one. */
const NEEDS: Readonly<Record<string, string>> = { tool_choice: 'tools', parallel_tool_calls: 'tools' };

/** Returns the rule of a parameter at this target; null when it is not accepted. */
export function ruleOf({ target }: Pick<FitContext, 'target'>, name: string): Rule | null {
  const { parameters } = target.rules;
  const wireName = target.knownRefusals.get(name);
  if (wireName === null) return null;
  const rule: RuleOrNot | undefined = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (rule === undefined || rule === false) return null;
  const named = wireName === undefined ? rule : { ...rule, name: wireName };
  return isLimit(name) ? withinRoom(named, target) : named;
}

/** Limits a rule by the model's output limit and by the room in its context, because most providers reject a larger value. */
function withinRoom(rule: Rule, { maxOutputTokens, answerRoom = null }: Target): Rule {
  const maximum = Math.min(rule.maximum ?? Infinity, maxOutputTokens ?? Infinity, answerRoom ?? Infinity);
  return maximum === Infinity ? rule : { ...rule, maximum };
}

/** The rule for a parameter beside those that are sent already. */
export function ruleBeside(fitting: FitContext, name: string): Rule | null {
  const rule = ruleOf(fitting, name);
  if (rule === null || (rule.below === undefined && rule.narrowed === undefined)) return rule;
  return (rule.narrowed ?? []).reduce(
    (narrower, { with: other, when, to }) => {
      const value = fitting.accepted[other];
      return typeof value === 'number' && lies(value, when) ? within(narrower, to) : narrower;
    },
    belowOther(fitting, rule),
  );
}

function belowOther(fitting: FitContext, rule: Rule): Rule {
  const other = rule.below === undefined ? undefined : fitting.accepted[rule.below];
  return typeof other === 'number' ? { ...rule, ...exclusiveBelow(rule, other) } : rule;
}

/** An upper end below `other`, where it is nearer than the rule's own. */
const exclusiveBelow = ({ maximum = Infinity, exclusiveMaximum = Infinity }: Rule, other: number): Rule =>
  Math.min(maximum, exclusiveMaximum) < other ? {} : { maximum: Infinity, exclusiveMaximum: other };

const lies = (value: number, { minimum = -Infinity, maximum = Infinity }: Bounds): boolean => value >= minimum && value <= maximum;

const within = (rule: Rule, { minimum = -Infinity, maximum = Infinity }: Bounds): Rule => ({
  ...rule,
  minimum: Math.max(rule.minimum ?? -Infinity, minimum),
  maximum: Math.min(rule.maximum ?? Infinity, maximum),
});

/** Whether the rule of a parameter looks at another one of the request, so that it is fitted after it. */
export function looksAtOthers({ request, target }: Pick<FitContext, 'request' | 'target'>, name: string): boolean {
  const rule = Object.hasOwn(target.rules.parameters, name) ? target.rules.parameters[name] : undefined;
  if (typeof rule !== 'object') return false;
  const others = [...Object.keys(rule.onlyWith ?? {}), ...(rule.below === undefined ? [] : [rule.below])];
  for (const { with: other } of rule.narrowed ?? []) others.push(other);
  return others.some((other) => [other, other.split(/[_.]/)[0] ?? other].some((asked) => request.parameters[asked] !== undefined));
}

const isLimit = (name: string) => name === 'max_tokens' || name === 'max_completion_tokens';

/** Returns the number of choices requested per prompt. */
export function countChoices({ parameters }: UnifiedRequest): number {
  return typeof parameters.n === 'number' ? parameters.n : 1;
}

/** Fits one parameter by its own rule. */
export function fitParameter(fitting: FitContext, name: string, value: unknown): void {
  fitAndReportAs(name, fitting, { name, value });
}

/** Like {@link fitParameter}, but reports changes under another name. */
export function fitAndReportAs(reportAs: string, fitting: FitContext, { name, value }: { name: string; value: unknown }): void {
  const { operation } = fitting.request;
  // A parameter of the other operation is unknown here, but its neutral value is neutral here as well.
  const parameter = parameterOf(operation, name) ?? parameterOf(operation === 'chat' ? 'completions' : 'chat', name);
  const neutral = parameter?.isNeutral?.(value) === true;
  if (neutral && parameter?.omitNeutral === true) return;
  const rule = ruleBeside(fitting, name);
  if (rule === null) {
    if (!neutral)
      drop(fitting, reportAs, {
        value,
        reason: parameter === undefined ? 'this provider knows no such parameter' : 'this provider does not accept it',
      });
    return;
  }
  const obstacle = conflictOf(fitting, name, rule);
  if (obstacle !== null) {
    if (!neutral) drop(fitting, reportAs, { value, reason: obstacle });
    return;
  }
  const fitted = fitValue(value, rule);
  // If the provider's default is not neutral, leaving out the neutral value would change the result.
  const isSilent = neutral && (rule.default === undefined || parameter?.isNeutral?.(rule.default) === true);
  if (fitted.kind !== 'same' && isSilent) return;
  if (fitted.kind === 'refused') {
    drop(fitting, reportAs, { value, reason: `this provider ${fitted.why}` });
    return;
  }
  if (fitted.kind === 'moved')
    fitting.adjustments.push({
      param: reportAs,
      action: 'clamped',
      from: value,
      to: fitted.value,
      reason: clampReason(fitting, name, fitted),
    });
  send(fitting, name, fitted.kind === 'moved' ? fitted.value : value);
}

function clampReason({ target }: FitContext, name: string, { value, why }: { value: unknown; why: string }): string {
  if (!isLimit(name) || value !== target.answerRoom) return `this provider ${why}`;
  return `the context of this model has ${target.contextTokens} tokens, and about ${target.answerRoom} are left beside the prompt`;
}

/** Adds a fitted value to the parameters to send, with its name and value on the wire. */
export function send(fitting: FitContext, name: string, value: unknown): void {
  const rule = ruleOf(fitting, name);
  const word = typeof value === 'object' ? null : String(value);
  const isWord = word !== null && rule?.values !== undefined && Object.hasOwn(rule.values, word);
  fitting.accepted[name] = value;
  fitting.parameters[rule?.name ?? name] = isWord ? rule?.values?.[word] : value;
  const wireName = fitting.target.knownRefusals.get(name) ?? null;
  if (wireName !== null)
    fitting.adjustments.push({
      param: name,
      action: 'renamed',
      to: wireName,
      reason: 'this provider asked for that name a short while ago',
    });
}

/** Returns why a parameter cannot be sent together with the others, or null. */
export function conflictOf(fitting: FitContext, name: string, rule: Rule): string | null {
  const sent = fitting.request.parameters;
  const isSent = (other: string) =>
    other === 'stream' ? fitting.request.stream : sent[other] !== undefined && !isNeutralIn(fitting, other);
  const needed = Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
  if (needed !== undefined && (!isSent(needed) || ruleOf(fitting, needed) === null))
    return `it means nothing without ${needed}, and none are sent`;
  const other = rule.conflictsWith?.find(isSent);
  if (other !== undefined) return `this provider does not accept it together with ${other}`;
  const unmet = Object.entries(rule.onlyWith ?? {}).find(([needs, values]) => !values.some((value) => value === fitting.accepted[needs]));
  return unmet === undefined ? null : `this provider accepts it only where ${unmet[0]} is ${unmet[1].join(' or ')}`;
}

function isNeutralIn(fitting: FitContext, name: string): boolean {
  return parameterOf(fitting.request.operation, name)?.isNeutral?.(fitting.request.parameters[name]) === true;
}

/** Reports that a parameter is not sent. Values longer than 64 characters are not repeated in the report. */
export function drop(fitting: FitContext, param: string, { value, reason }: { value: unknown; reason: string }): void {
  const isLearned = fitting.target.knownRefusals.get(param) === null;
  const short = typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64);
  fitting.adjustments.push({
    param,
    action: isLearned ? 'learned' : 'dropped',
    ...(short ? { from: value } : {}),
    reason: isLearned ? 'this provider refused it a short while ago' : reason,
  });
}
