/**
 * Describes what an endpoint accepts of each parameter, in the words of an adjustment: a request with the parameter is fitted and rendered, as
 * any other one is. Pure.
 */
import { dialectOf } from '../dialects/index.ts';
import type { RenderingDialect } from '../dialects/dialect.ts';
import { embeddingDialect } from '../dialects/embeddings.ts';
import { joinAdjustments, type Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rule, RuleOrNot, Rules } from '../unified/rule.ts';
import { fit } from './fit.ts';
import { ruleOf, type Target } from './fit-parameter.ts';
import { samplesOf } from './sample-requests.ts';

/**
 * Where a rule is stated: in the provider's file, in the wire format, in what lists state of the model, or in an answer of the provider, which
 * refused the parameter a short while ago. A rule of a file that is the same as that of the format counts as one of the format.
 */
export type RuleOrigin = 'file' | 'format' | 'model' | 'learned';

/** Keywords of a rule in an answer of the API: those of JSON Schema as in a provider file, the others in snake case. */
type RuleWords = Omit<Rule, 'requiredWith' | 'conflictsWith' | 'onlyWith' | 'emulate'> & {
  required_with?: string[];
  conflicts_with?: string[];
  only_with?: Rule['onlyWith'];
};

/** What an endpoint accepts of one parameter. A keyword that is absent limits nothing. */
export type ParameterRule = RuleWords & {
  /** The provider gets it, at least with some values or in another form. */
  accepted: boolean;
  /** The router does it, or a part of it. Absent = it does not. */
  emulated?: true;
  /** What adjustments say of values that are changed or left out; several are joined by "; ". Null = no value is. */
  reason: string | null;
  from: RuleOrigin;
};

/** What is described. `stated`: the rules without what is known of the model. `names`: only of these; absent = of all. */
export type Described = { target: Target; asked: Operation; stated: Rules; names?: ReadonlySet<string> };

/** Sent by the router with every stream. */
const NO_PARAMETER = 'stream_options';

/** Describes the parameters of an operation, and the fields of the provider's own. */
export function describeRules({ target, asked, stated, names }: Described): Record<string, ParameterRule> {
  const { operation, rules } = target;
  const dialect = operation === 'embeddings' ? embeddingDialect(rules.dialect) : dialectOf(rules, {});
  const isWanted = (name: string) => names?.has(name) !== false;
  const origin = (name: string): RuleOrigin =>
    target.knownRefusals.has(name)
      ? 'learned'
      : originOf(ruleOf({ target }, name) ?? false, { format: dialect.rules[name], stated: stated[name] });
  const described: Record<string, ParameterRule> = {};
  for (const { name, requests, without } of samplesOf(asked)) {
    if (!isWanted(name)) continue;
    const before = send(without, target, dialect).parameters;
    const tries = requests.map((request) => send(request, target, dialect)).map((sent) => tryOf(name, sent, before));
    described[name] = { ...summarize(ruleOf({ target }, name), tries), from: origin(name) };
  }
  for (const [name, rule] of Object.entries(rules.parameters)) {
    if (rule === false || name === NO_PARAMETER || described[name] !== undefined || !isWanted(name)) continue;
    described[name] = { ...summarize(rule, []), from: origin(name) };
  }
  return described;
}

/** A request as it is sent. `parameters`: as JSON. */
type SentRequest = { parameters: string; isMarked: boolean; adjustments: readonly Adjustment[] };

/** A request that the endpoint refuses is one of which nothing is sent. */
function send(request: UnifiedRequest, target: Target, dialect: RenderingDialect): SentRequest {
  try {
    const { parts, adjustments } = fit(request, target);
    const call = parts[0]?.call;
    if (call === undefined) throw new Error('a fitted request without a call');
    const rendered = dialect.render(call);
    return {
      parameters: JSON.stringify(call.parameters),
      isMarked: call.cacheMark !== undefined,
      adjustments: joinAdjustments(adjustments, rendered.adjustments),
    };
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    const { param = '' } = thrown.details;
    return { parameters: '', isMarked: false, adjustments: [{ param, action: 'dropped', reason: thrown.message }] };
  }
}

/** What became of one value. */
type Try = { isSent: boolean; isEmulated: boolean; reasons: readonly string[] };

function tryOf(name: string, { parameters, isMarked, adjustments }: SentRequest, before: string): Try {
  const own = adjustments.filter(({ param }) => param === name || param.startsWith(`${name}.`));
  return {
    isSent: own.some(({ action }) => action === 'renamed' || action === 'clamped') || (own.length === 0 && parameters !== before),
    isEmulated: isMarked || own.some(({ action }) => action === 'emulated'),
    reasons: own.map(({ reason }) => reason),
  };
}

function summarize(rule: Rule | null, tries: readonly Try[]): Omit<ParameterRule, 'from'> {
  const reasons = [...new Set(tries.flatMap((one) => one.reasons))];
  const isEmulated = rule?.emulate === true || tries.some((one) => one.isEmulated);
  return {
    accepted: rule !== null || tries.some(({ isSent }) => isSent),
    ...(isEmulated ? { emulated: true } : {}),
    reason: reasons.length === 0 ? null : reasons.join('; '),
    ...(rule === null ? {} : wordsOf(rule)),
  };
}

function originOf(
  rule: RuleOrNot,
  { format = false, stated = false }: { format: RuleOrNot | undefined; stated: RuleOrNot | undefined },
): RuleOrigin {
  const text = JSON.stringify(rule);
  if (text === JSON.stringify(format)) return 'format';
  return text === JSON.stringify(stated) ? 'file' : 'model';
}

function wordsOf({ requiredWith, conflictsWith, onlyWith, emulate: _emulate, ...words }: Rule): RuleWords {
  return {
    ...words,
    ...(requiredWith === undefined ? {} : { required_with: requiredWith }),
    ...(conflictsWith === undefined ? {} : { conflicts_with: conflictsWith }),
    ...(onlyWith === undefined ? {} : { only_with: onlyWith }),
  };
}

/** Parameters that are fitted together: the rule of one decides what becomes of the others. */
const FAMILIES: readonly ReadonlySet<string>[] = [
  [
    'reasoning',
    'reasoning.effort',
    'reasoning.max_tokens',
    'reasoning.enabled',
    'reasoning.exclude',
    'reasoning_effort',
    'include_reasoning',
  ],
  ['n', 'best_of', 'logprobs', 'top_logprobs'],
  ['tools', 'tool_choice', 'parallel_tool_calls'],
].map((names) => new Set(names));

/** Names of the parameters whose rules differ. */
export function changedRules({ parameters: base }: Target['rules'], { parameters: other }: Target['rules']): string[] {
  const all = new Set([...Object.keys(base), ...Object.keys(other)]);
  return [...all].filter((name) => JSON.stringify(base[name]) !== JSON.stringify(other[name]));
}

/** Names of the parameters that endpoints with these rules may treat in different ways. Null = any, because their requests are written differently. */
export function differingNames(base: Target['rules'], other: Target['rules']): ReadonlySet<string> | null {
  if (JSON.stringify([base.quirks, base.template]) !== JSON.stringify([other.quirks, other.template])) return null;
  const together = (name: string) => FAMILIES.filter((family) => family.has(name)).flatMap((family) => [...family]);
  return new Set(changedRules(base, other).flatMap((name) => [name, ...together(name)]));
}
