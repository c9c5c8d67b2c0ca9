/**
 * Applies facts of the catalogue about a model as rules: efforts, switch, budget, temperature, tools, formats and sampling parameters. They
 * override the rules of the operation, so a new model works as soon as its row exists. The provider file defines how a field is written:
 * without a form for a switch or a budget, none is sent. Pure.
 */
import type { Rule, RuleOrNot, Rules } from '../unified/rule.ts';
import type { CompiledOperation, Offering, OperationRules, ReasoningFacts } from './provider.ts';

/** Rules and facts to combine. */
type Layers = {
  /** Rules of the operation, with those for id patterns. */
  rules: OperationRules;
  /** Parameters with a rule for an id pattern. The file is more specific about these than the facts. */
  stated: ReadonlySet<string>;
  /** How the operation writes a switch and a budget at the models that have them; see {@link formsOf}. */
  forms: Rules;
  facts: Offering;
};

/** Parameters whose form may be known for some models only. */
const FORMED = ['reasoning.enabled', 'reasoning.max_tokens'] as const;

/**
 * Returns the forms in which id patterns of an operation write a switch and a budget: a field of its own, the same in every pattern. They hold
 * for another model whose facts state that it has the parameter.
 */
export function formsOf({ byModel }: Pick<CompiledOperation, 'byModel'>): Rules {
  return Object.fromEntries(
    FORMED.flatMap((param) => {
      const [first, ...others] = byModel.flatMap(({ parameters }) => parameters?.[param] || []);
      const isForm =
        first?.name !== undefined && others.every(({ name, values }) => name === first.name && isSameJson(values, first.values));
      return isForm ? [[param, withoutEnum(first)]] : [];
    }),
  );
}

const isSameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Returns the rules of an operation for a model. */
export function rulesWithFacts({ rules, stated, forms, facts }: Layers): OperationRules {
  const written = { ...rules.parameters, ...missingForms(rules.parameters, forms, facts.reasoning) };
  const parameters: Record<string, RuleOrNot> = {
    ...written,
    ...samplingRules(rules.parameters, facts.parameters),
    ...reasoningRules(written, facts.reasoning, stated),
    // A condition in the file is more specific than "no" in a list.
    ...(facts.temperature === false && !isConditional(rules.parameters['temperature']) ? { temperature: false as const } : {}),
    ...(facts.tools === false ? NO_TOOLS : {}),
  };
  // A list may add tools and schemas to the file. If the file rejects them for some models only, the file has priority.
  const isUnknown = (name: string) => parameters[name] === false && !stated.has(name) && facts.parameters === undefined;
  if (facts.tools === true && isUnknown('tools')) Object.assign(parameters, TOOLS);
  if (facts.structuredOutputs === true && isUnknown('response_format')) parameters['response_format'] = ANY_FORMAT;
  const hasOwnSchema = rules.quirks.includes('json-by-tool'); // a tool stands for the schema, which no list states
  if (facts.tools === false && hasOwnSchema) parameters['response_format'] = false;
  else if (facts.structuredOutputs === false && !hasOwnSchema) parameters['response_format'] = withoutSchema(parameters['response_format']);
  for (const name of rules.ignores ?? []) parameters[name] = false;
  return { ...rules, parameters };
}

/** Rules of tools and formats in OpenAI's format. */
const TOOLS: Rules = {
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
};
const ANY_FORMAT: Rule = { type: 'object', enum: ['text', 'json_object', 'json_schema'] };

const NO_REASONING = { reasoning_effort: false, 'reasoning.enabled': false, 'reasoning.max_tokens': false } as const;

const NO_TOOLS = { tools: false, tool_choice: false, parallel_tool_calls: false } as const;

/** Response formats other than a schema. */
const PLAIN_FORMATS = ['text', 'json_object'];

function withoutSchema(rule: RuleOrNot | undefined): RuleOrNot {
  if (rule === undefined || rule === false) return false;
  const plain = (rule.enum ?? PLAIN_FORMATS).filter((kind) => kind !== 'json_schema');
  return plain.length === 0 ? false : { ...rule, enum: plain };
}

/** Parameters that OpenRouter lists for every model that accepts them. It lists others only for some models. */
const LISTED = (
  'frequency_penalty logit_bias logprobs min_p presence_penalty reasoning repetition_penalty response_format seed stop structured_outputs ' +
  'temperature tool_choice tools top_a top_k top_logprobs top_p verbosity'
).split(' ');

/** Parameters that are accepted together with a listed one. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  reasoning: ['reasoning_effort', 'include_reasoning'],
  tools: ['parallel_tool_calls'],
};

function samplingRules(rules: Rules, accepted: readonly string[] | undefined): Rules {
  if (accepted === undefined) return {};
  const refused = LISTED.flatMap((name) => (accepted.includes(name) ? [] : [name, ...(ALSO[name] ?? [])]));
  const lacksSchema = accepted.includes('response_format') && !accepted.includes('structured_outputs');
  return {
    ...Object.fromEntries(refused.map((name) => [name, false])),
    ...(lacksSchema ? { response_format: withoutSchema(rules['response_format']) } : {}),
  };
}

/** Returns the forms of a switch and a budget that the model has and its rules lack. */
function missingForms(rules: Rules, forms: Rules, facts: boolean | ReasoningFacts | undefined): Rules {
  if (typeof facts !== 'object') return {};
  const has = { 'reasoning.enabled': facts.switch === true, 'reasoning.max_tokens': facts.budget !== undefined };
  return Object.fromEntries(
    FORMED.flatMap((param) => (has[param] && !isWritable(rules[param]) && isWritable(forms[param]) ? [[param, forms[param]]] : [])),
  );
}

function reasoningRules(rules: Rules, facts: boolean | ReasoningFacts | undefined, stated: ReadonlySet<string>): Rules {
  if (facts === false) return { ...NO_REASONING, ...(rules['reasoning'] ? { reasoning: false } : {}) };
  if (facts === undefined || facts === true) return {};
  if (rules['reasoning']) return objectRules(rules['reasoning_effort'], facts);
  const [efforts, toggle, budget] = [rules['reasoning_effort'], rules['reasoning.enabled'], rules['reasoning.max_tokens']];
  return {
    reasoning_effort: effortRule(efforts, facts, {
      hasSwitch: isWritable(toggle),
      isRefused: efforts === false && stated.has('reasoning_effort') && isWritable(budget),
    }),
    ...(toggle === undefined ? {} : { 'reasoning.enabled': switchRule(toggle, facts) }),
    ...(budget === undefined ? {} : { 'reasoning.max_tokens': budgetRule(budget, facts) }),
  };
}

/** Where the provider accepts a whole object, the efforts of the model bound the effort in it; it is switched off by the effort "none". */
function objectRules(rule: RuleOrNot | undefined, { efforts, switch: toggle }: ReasoningFacts): Rules {
  if (efforts === undefined || !isWritable(rule)) return {};
  const accepted = [...(toggle === true && !efforts.includes('none') ? ['none'] : []), ...efforts];
  return { reasoning_effort: effortRule(rule, { efforts: accepted }, { hasSwitch: false, isRefused: false, isComplete: true }) };
}

const isConditional = (rule: RuleOrNot | undefined): boolean => isWritable(rule) && rule.onlyWith !== undefined;

const isWritable = (rule: RuleOrNot | undefined): rule is Rule => rule !== undefined && rule !== false;

/**
 * Returns the efforts of the model. A model with only a switch keeps the efforts of the operation if there is no other field to switch it. A
 * model with a budget gets no effort if the file rejects efforts.
 */
function effortRule(
  rule: RuleOrNot | undefined,
  { efforts, switch: toggle, budget }: ReasoningFacts,
  { hasSwitch, isRefused, isComplete = false }: { hasSwitch: boolean; isRefused: boolean; isComplete?: boolean },
): RuleOrNot {
  const own = isWritable(rule) ? rule : {};
  if (isRefused && budget !== undefined) return false;
  if (efforts === undefined) return toggle === true && !hasSwitch && isWritable(rule) ? rule : false;
  const words = own.values;
  // An effort that has no word is written as it is where the file accepts other efforts that way.
  const areAllWorded = words !== undefined && (own.enum ?? []).every((effort) => Object.hasOwn(words, String(effort)));
  const written = areAllWorded ? efforts.filter((effort) => Object.hasOwn(words, effort)) : [...efforts];
  // Lists omit "none" when it is written in another way.
  if (!isComplete && words !== undefined && Object.hasOwn(words, 'none') && !written.includes('none')) written.unshift('none');
  if (written.length === 0) return false;
  const { default: usual, ...rest } = own;
  return { ...rest, type: 'string', enum: written, ...(written.includes(String(usual)) ? { default: usual } : {}) };
}

/**
 * Returns the rule of the switch. The switch of a format is kept, because lists do not distinguish a model that reasons on request from one
 * that always does. A rule that writes "off" as an effort or a number is kept as well: it requests the minimum.
 */
function switchRule(rule: RuleOrNot, { efforts = [], switch: toggle, budget }: ReasoningFacts): RuleOrNot {
  if (rule === false || toggle === true) return rule === false ? false : withoutEnum(rule);
  const off = rule.values?.['false'];
  if (rule.name === undefined && rule.values === undefined) return rule;
  if (budget !== undefined || (off !== undefined && typeof off !== 'object')) return rule;
  return efforts.includes('none') ? false : { ...rule, enum: [true] };
}

function withoutEnum({ enum: _enum, ...rule }: Rule): Rule {
  return rule;
}

function budgetRule(rule: RuleOrNot, { budget }: ReasoningFacts): RuleOrNot {
  return rule === false || budget === undefined ? false : { ...rule, ...budget };
}
