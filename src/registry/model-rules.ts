/**
 * What the catalogue knows of a model as rules: efforts, switch, budget, temperature, tools, formats and sampling parameters. Its facts go
 * over the rules of the operation, so that a new model works when its row arrives. How a field is written on the wire is for the provider
 * file to say: where it has no way to write a switch or a budget, none is sent. Pure.
 */
import type { Rule, RuleOrNot, Rules } from '../unified/rule.ts';
import type { Offering, OperationRules, ReasoningFacts } from './provider.ts';

/** What is laid over what. */
type Layers = {
  /** The rules of the operation, with those of patterns of ids. */
  rules: OperationRules;
  /** Parameters that a pattern of ids has a rule for: the file knows of these models more than of the others. */
  stated: ReadonlySet<string>;
  facts: Offering;
};

/** The rules of an operation for a model. */
export function rulesWithFacts({ rules, stated, facts }: Layers): OperationRules {
  const parameters: Record<string, RuleOrNot> = {
    ...rules.parameters,
    ...samplingRules(rules.parameters, facts.parameters),
    ...reasoningRules(rules.parameters, facts.reasoning, stated),
    // A file that states the condition knows more than a list that says no.
    ...(facts.temperature === false && !isConditional(rules.parameters['temperature']) ? { temperature: false as const } : {}),
    ...(facts.tools === false ? NO_TOOLS : {}),
  };
  // A list may know of tools and schemas what the file does not; what the file refuses some models only, it knows better.
  const isUnknown = (name: string) => parameters[name] === false && !stated.has(name) && facts.parameters === undefined;
  if (facts.tools === true && isUnknown('tools')) Object.assign(parameters, TOOLS);
  if (facts.structuredOutputs === true && isUnknown('response_format')) parameters['response_format'] = ANY_FORMAT;
  const hasOwnSchema = rules.quirks.includes('json-by-tool'); // a tool stands for the schema, which no list knows
  if (facts.tools === false && hasOwnSchema) parameters['response_format'] = false;
  else if (facts.structuredOutputs === false && !hasOwnSchema) parameters['response_format'] = withoutSchema(parameters['response_format']);
  return { ...rules, parameters };
}

/** Tools and formats as OpenAI's format has them. */
const TOOLS: Rules = {
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
};
const ANY_FORMAT: Rule = { type: 'object', enum: ['text', 'json_object', 'json_schema'] };

const NO_TOOLS = { tools: false, tool_choice: false, parallel_tool_calls: false } as const;

/** Formats of an answer besides a schema. */
const PLAIN_FORMATS = ['text', 'json_object'];

function withoutSchema(rule: RuleOrNot | undefined): RuleOrNot {
  if (rule === undefined || rule === false) return false;
  const plain = (rule.enum ?? PLAIN_FORMATS).filter((kind) => kind !== 'json_schema');
  return plain.length === 0 ? false : { ...rule, enum: plain };
}

/** Parameters that OpenRouter lists for each model that accepts them; the others it lists for some only. */
const LISTED = (
  'frequency_penalty logit_bias logprobs min_p presence_penalty reasoning repetition_penalty response_format seed stop structured_outputs ' +
  'temperature tool_choice tools top_a top_k top_logprobs top_p verbosity'
).split(' ');

/** What a parameter brings with it that is listed under the first name. */
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

function reasoningRules(rules: Rules, facts: boolean | ReasoningFacts | undefined, stated: ReadonlySet<string>): Rules {
  if (facts === false) return { reasoning_effort: false, 'reasoning.enabled': false, 'reasoning.max_tokens': false };
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
  return { reasoning_effort: effortRule(rule, { efforts: accepted }, { hasSwitch: false, isRefused: false }) };
}

const isConditional = (rule: RuleOrNot | undefined): boolean => isWritable(rule) && rule.onlyWith !== undefined;

const isWritable = (rule: RuleOrNot | undefined): rule is Rule => rule !== undefined && rule !== false;

/**
 * The efforts of the model. One that can only be switched keeps the efforts of the operation where there is no other way to switch it; one
 * that has a budget gets no effort where the file refuses efforts.
 */
function effortRule(
  rule: RuleOrNot | undefined,
  { efforts, switch: toggle, budget }: ReasoningFacts,
  { hasSwitch, isRefused }: { hasSwitch: boolean; isRefused: boolean },
): RuleOrNot {
  const own = isWritable(rule) ? rule : {};
  if (isRefused && budget !== undefined) return false;
  if (efforts === undefined) return toggle === true && !hasSwitch && isWritable(rule) ? rule : false;
  const words = own.values;
  const written = words === undefined ? [...efforts] : efforts.filter((effort) => Object.hasOwn(words, effort));
  // Lists leave "none" out where it is written otherwise.
  if (words !== undefined && Object.hasOwn(words, 'none') && !written.includes('none')) written.unshift('none');
  if (written.length === 0) return false;
  const { default: usual, ...rest } = own;
  return { ...rest, type: 'string', enum: written, ...(written.includes(String(usual)) ? { default: usual } : {}) };
}

/**
 * Whether the switch exists. The switch of a format stays, as lists do not tell a model that reasons only when asked from one that always
 * does. So does a rule that writes "off" as an effort or a number: it asks for as little as there is.
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
