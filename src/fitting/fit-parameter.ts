/**
 * One parameter against the rules of one target: the step that every parameter takes, and the notes taken on the way.
 * `fit.ts` walks over the parameters; families that are fitted together have a file each. Pure.
 */
import type { KnownRefusals } from '../ports.ts';
import type { OperationRules } from '../registry/provider.ts';
import type { StopSequence } from '../stream/stages/stop.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { JsonObject } from '../lib/json.ts';
import { parameterOf, type Operation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rule, RuleOrNot } from '../unified/rule.ts';
import type { AskedFormat } from '../unified/request/format-instruction.ts';
import { fitValue } from './fit-value.ts';

/** What the router itself does to the answer, because the upstream cannot. */
export type Emulation = {
  stop: StopSequence[];
  /** The prompts, each put before its choices; null = none. */
  echo: readonly string[] | null;
  /** The prompts that the provider itself repeats before its choices, null where they cannot be read; null = none. */
  echoed: readonly (string | null)[] | null;
  hideReasoning: boolean;
  /** Log probabilities were asked for by the router, not by the client. */
  hideLogprobs: boolean;
  /** Most alternatives to show for each token; null = what comes. */
  alternatives: number | null;
  /** Candidates to make for each prompt, and how many of them to return; null = return what is made. */
  bestOf: { candidates: number; keep: number } | null;
  /** The dimensions that vectors are cut to; null = they stay as they come. */
  dimensions: number | null;
  /** The format that the model is told of, and that the answer is checked for; null = none. */
  format: AskedFormat | null;
};

/** Where a request is to go. */
export type Target = {
  operation: Operation;
  rules: OperationRules;
  model: string;
  /** Most tokens that the model writes; null = not known. */
  maxOutputTokens: number | null;
  /** What refusals of this endpoint taught a short while ago. */
  knownRefusals: KnownRefusals;
};

/** The work on one request, handed from parameter to parameter. */
export type Fitting = {
  readonly request: UnifiedRequest;
  readonly target: Target;
  readonly adjustments: Adjustment[];
  readonly emulation: Emulation;
  /** Wire name to value, as far as we are. */
  readonly parameters: JsonObject;
};

/** Parameters that have no meaning without another one. */
const NEEDS: Readonly<Record<string, string>> = { tool_choice: 'tools', parallel_tool_calls: 'tools' };

/** The rule for a parameter at this target, or null when it is not accepted. */
export function ruleOf({ target }: Pick<Fitting, 'target'>, name: string): Rule | null {
  const { parameters } = target.rules;
  const wireName = target.knownRefusals.get(name);
  if (wireName === null) return null;
  const rule: RuleOrNot | undefined = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (rule === undefined || rule === false) return null;
  const named = wireName === undefined ? rule : { ...rule, name: wireName };
  return target.maxOutputTokens !== null && isLimit(name) ? atMost(named, target.maxOutputTokens) : named;
}

const isLimit = (name: string) => name === 'max_tokens' || name === 'max_completion_tokens';

/** No model writes more than it can, and most providers refuse to be asked for it. */
const atMost = (rule: Rule, maximum: number): Rule => ({ ...rule, maximum: Math.min(rule.maximum ?? maximum, maximum) });

/** How many choices the client wants for each prompt. */
export function choicesWanted({ parameters }: UnifiedRequest): number {
  return typeof parameters.n === 'number' ? parameters.n : 1;
}

/** Fits one parameter by its own rule. */
export function fitParameter(fitting: Fitting, name: string, value: unknown): void {
  fitReportedAs(name, fitting, { name, value });
}

/** Fits one parameter by its own rule, and reports changes of it under another name. */
export function fitReportedAs(reportAs: string, fitting: Fitting, { name, value }: { name: string; value: unknown }): void {
  const { operation } = fitting.request;
  // A parameter of the other operation is unknown here, but what says nothing there says nothing here either.
  const parameter = parameterOf(operation, name) ?? parameterOf(operation === 'chat' ? 'completions' : 'chat', name);
  const neutral = parameter?.isNeutral?.(value) === true;
  if (neutral && parameter?.omitNeutral === true) return;
  const rule = ruleOf(fitting, name);
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
  // Where the provider's own default has an effect, leaving the neutral value out would have one too.
  const isSilent = neutral && (rule.default === undefined || parameter?.isNeutral?.(rule.default) === true);
  if (fitted.kind !== 'same' && isSilent) return;
  if (fitted.kind === 'refused') {
    drop(fitting, reportAs, { value, reason: `this provider ${fitted.why}` });
    return;
  }
  if (fitted.kind === 'moved')
    fitting.adjustments.push({ param: reportAs, action: 'clamped', from: value, to: fitted.value, reason: `this provider ${fitted.why}` });
  send(fitting, name, fitted.kind === 'moved' ? fitted.value : value);
}

/** Puts a fitted value among those that are sent, under its name on the wire and in the words of the wire. */
export function send(fitting: Fitting, name: string, value: unknown): void {
  const rule = ruleOf(fitting, name);
  const word = typeof value === 'object' ? null : String(value);
  const isWord = word !== null && rule?.values !== undefined && Object.hasOwn(rule.values, word);
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

/** Why a parameter cannot be sent beside the others, or null. */
export function conflictOf(fitting: Fitting, name: string, rule: Rule): string | null {
  const sent = fitting.request.parameters;
  const isSent = (other: string) =>
    other === 'stream' ? fitting.request.stream : sent[other] !== undefined && !isNeutralIn(fitting, other);
  const needed = Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
  if (needed !== undefined && (!isSent(needed) || ruleOf(fitting, needed) === null))
    return `it means nothing without ${needed}, and none are sent`;
  const other = rule.conflictsWith?.find(isSent);
  return other === undefined ? null : `this provider does not accept it together with ${other}`;
}

function isNeutralIn(fitting: Fitting, name: string): boolean {
  return parameterOf(fitting.request.operation, name)?.isNeutral?.(fitting.request.parameters[name]) === true;
}

/** Notes that a parameter is not sent. Long values are not repeated in the report. */
export function drop(fitting: Fitting, param: string, { value, reason }: { value: unknown; reason: string }): void {
  const isLearned = fitting.target.knownRefusals.get(param) === null;
  const short = typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64);
  fitting.adjustments.push({
    param,
    action: isLearned ? 'learned' : 'dropped',
    ...(short ? { from: value } : {}),
    reason: isLearned ? 'this provider refused it a short while ago' : reason,
  });
}
