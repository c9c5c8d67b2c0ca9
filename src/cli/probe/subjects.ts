/** Which parameters are probed, with which values: the unified parameters, and those of the provider's own whose rule states a type. Pure. */
import { isObject, numberOf, type JsonObject } from '../../lib/json.ts';
import { once } from '../../lib/memoize.ts';
import { parameterOf, type Operation } from '../../unified/request/parameters.ts';
import { fieldSchemas } from '../../unified/request/json-schema.ts';
import type { Rule } from '../../unified/rule.ts';
import { ruleOf, type ProbeTarget } from './target.ts';

/** A parameter with a number. Bounds: of the unified range, inclusive; null = none. `grid`: 1 for integers, null for any number. */
export type NumberSubject = { kind: 'number'; param: string; minimum: number | null; maximum: number | null; grid: number | null };
/** A parameter with one of a few values. `misfit`: a value that nothing accepts. */
export type ChoiceSubject = { kind: 'choice'; param: string; values: readonly unknown[]; misfit: unknown };
/** A list of short texts. `most`: of the unified parameter; null = none. */
export type ListSubject = { kind: 'list'; param: string; most: number | null };
/** A parameter that is only sent once. */
type PresenceSubject = { kind: 'presence'; param: string; value: unknown; misfit: unknown };

export type Subject = NumberSubject | ChoiceSubject | ListSubject | PresenceSubject;

/** A tool for requests that need one. */
const SAMPLE_TOOL = {
  type: 'function',
  function: {
    name: 'note',
    description: 'Notes a word',
    parameters: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  },
} as const;

const SCHEMA = {
  name: 'colours',
  strict: true,
  schema: { type: 'object', properties: { first: { type: 'string' } }, required: ['first'], additionalProperties: false },
};

/** Values of parameters that are compared by their `type`. */
const FORMATS = [{ type: 'text' }, { type: 'json_object' }, { type: 'json_schema', json_schema: SCHEMA }];
const TOOL_CHOICES = ['none', 'auto', 'required', { type: 'function', function: { name: SAMPLE_TOOL.function.name } }];

/** A word that no provider has a meaning for. */
export const MISFIT = 'tributary-probe';

/** Parameters that are not probed, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'plugins',
      'transforms',
      'preset',
      'session_id',
      'trace',
      'debug',
      'structured_outputs',
      'include_reasoning',
      'reasoning',
      'metadata',
    ].map((name) => [name, 'the router has its own meaning for it']),
  ),
  ...Object.fromEntries(
    ['web_search_options', 'x_search_filter', 'stop_server_tools_when', 'max_tool_calls'].map((name) => [
      name,
      'it may cause searches, which are billed',
    ]),
  ),
  ...Object.fromEntries(['modalities', 'audio', 'image_config', 'speed'].map((name) => [name, 'it may cause output at another price'])),
  ...Object.fromEntries(
    ['cache_control', 'prompt_cache_options', 'prediction'].map((name) => [
      name,
      'its effect depends on the prompt, and it has no value that stands alone',
    ]),
  ),
};

/** Service tiers that are not dearer than the standard one. */
const TIERS = ['auto', 'default', 'flex'];

/** Parts of `reasoning`, which have rules of their own. */
const REASONING: readonly Subject[] = [
  { kind: 'choice', param: 'reasoning.enabled', values: [true, false], misfit: MISFIT },
  { kind: 'number', param: 'reasoning.max_tokens', minimum: 1, maximum: null, grid: 1 },
];

const schemasOf: Record<Operation, () => Record<string, JsonObject>> = {
  chat: once(() => fieldSchemas('chat')),
  completions: once(() => fieldSchemas('completions')),
  embeddings: once(() => fieldSchemas('embeddings')),
};

/** Returns the subjects of a target, and what is left out with the reason. The limits of tokens come first. */
export function subjectsOf(target: ProbeTarget): { subjects: Subject[]; skipped: Record<string, string> } {
  const { operation, rules } = target;
  const unified = [...Object.keys(schemasOf[operation]()), ...(operation === 'chat' ? REASONING.map(({ param }) => param) : [])];
  const names = [...new Set([...unified.filter((name) => isParameter(operation, name)), ...Object.keys(rules.parameters)])];
  const subjects: Subject[] = [];
  const skipped: Record<string, string> = {};
  for (const param of names) {
    const rule = ruleOf(rules, param);
    const subject =
      LEFT_OUT[param] ??
      (LIMITS.includes(param) ? undefined : limitObjection(rule)) ??
      subjectOf(target, param, rule) ??
      'the file states no type for it, so no value is known to be right';
    if (typeof subject === 'string') skipped[param] = subject;
    else subjects.push(subject);
  }
  const rank = ({ param }: Subject) => (LIMITS.includes(param) ? 0 : 1);
  return { subjects: subjects.toSorted((one, other) => rank(one) - rank(other)), skipped };
}

/** Why a field is not probed that cannot stand beside the limit of tokens; undefined = it can. */
const limitObjection = (rule: Rule | undefined): string | undefined =>
  rule?.conflictsWith?.some((other) => LIMITS.includes(other)) === true
    ? 'it cannot stand beside the limit of tokens, which every request of a probe has'
    : undefined;

/** The two names of the limit of tokens. */
export const LIMITS: readonly string[] = ['max_tokens', 'max_completion_tokens'];

const isParameter = (operation: Operation, name: string) => parameterOf(operation, name) !== undefined || name.startsWith('reasoning.');

function subjectOf({ operation }: ProbeTarget, param: string, rule: Rule | undefined): Subject | null {
  switch (param) {
    case 'stop':
      return { kind: 'list', param, most: mostStops(operation) };
    case 'response_format':
      return { kind: 'choice', param, values: FORMATS, misfit: { type: MISFIT } };
    case 'tools':
      return { kind: 'presence', param, value: [SAMPLE_TOOL], misfit: MISFIT };
    case 'tool_choice':
      return { kind: 'choice', param, values: TOOL_CHOICES, misfit: MISFIT };
    case 'logit_bias':
      return { kind: 'presence', param, value: { '100': -1 }, misfit: MISFIT };
    case 'logprobs':
      // Chat has a switch here, and text completions a number; some providers have the other one.
      return isCount(rule) ? numbers(param, { minimum: 0, maximum: 20 }, 1) : fromSchema(operation, param, rule);
    case 'stream_options':
      return { kind: 'presence', param, value: { include_usage: true }, misfit: MISFIT };
    case 'service_tier':
      return { kind: 'choice', param, values: TIERS, misfit: MISFIT };
    default:
      return REASONING.find((subject) => subject.param === param) ?? fromSchema(operation, param, rule) ?? fromRule(param, rule);
  }
}

/** Most stop sequences that a client may send. */
function mostStops(operation: Operation): number | null {
  const forms = firstForm(schemasOf[operation]()['stop']);
  const lists = isObject(forms) && Array.isArray(forms['anyOf']) ? forms['anyOf'] : [];
  return lists.map((form: unknown) => (isObject(form) ? numberOf(form['maxItems']) : null)).find((most) => most !== null) ?? null;
}

const firstForm = (schema: JsonObject | undefined): unknown =>
  Array.isArray(schema?.['anyOf']) ? (schema['anyOf'] as unknown[])[0] : undefined;

/** A subject of a unified parameter. */
function fromSchema(operation: Operation, param: string, rule: Rule | undefined): Subject | null {
  const schema = Object.hasOwn(schemasOf[operation](), param) ? firstForm(schemasOf[operation]()[param]) : undefined;
  if (!isObject(schema)) return null;
  if (Array.isArray(schema['enum'])) return { kind: 'choice', param, values: schema['enum'] as unknown[], misfit: MISFIT };
  switch (schema['type']) {
    case 'boolean':
      return { kind: 'choice', param, values: [true, false], misfit: MISFIT };
    case 'integer':
    case 'number':
      return numbers(param, schema, schema['type'] === 'integer' ? 1 : null);
    case 'string':
      // A text that only some words are accepted of.
      if (rule?.enum !== undefined) return { kind: 'choice', param, values: rule.enum, misfit: MISFIT };
      return { kind: 'presence', param, value: 'tributary', misfit: { text: MISFIT } };
    default:
      return null;
  }
}

/** A subject of a field of the provider's own. */
function fromRule(param: string, rule: Rule | undefined): Subject | null {
  if (rule === undefined) return null;
  if (rule.enum !== undefined)
    return rule.enum.some((value) => typeof value === 'string' && rule.type === 'object')
      ? null
      : { kind: 'choice', param, values: rule.enum, misfit: MISFIT };
  const types = rule.type === undefined ? [] : [rule.type].flat();
  if (types.includes('number') || types.includes('integer')) return numbers(param, {}, types.includes('number') ? null : 1);
  return types.includes('boolean') ? { kind: 'choice', param, values: [true, false], misfit: MISFIT } : null;
}

function numbers(param: string, { minimum, maximum }: JsonObject, grid: number | null): NumberSubject {
  return { kind: 'number', param, minimum: numberOf(minimum), maximum: numberOf(maximum), grid };
}

/** Parameters without which another one means nothing, with the value that is sent beside it. */
const COMPANIONS: Readonly<Record<string, JsonObject>> = {
  tool_choice: { tools: [SAMPLE_TOOL] },
  parallel_tool_calls: { tools: [SAMPLE_TOOL] },
};

/** Returns what is sent beside a value: what it needs by its meaning, and what the file states that it needs. */
export function companionsOf({ rules }: Pick<ProbeTarget, 'rules'>, param: string): JsonObject {
  const only = ruleOf(rules, param)?.onlyWith ?? {};
  const needed = param === 'top_logprobs' ? { logprobs: isCount(ruleOf(rules, 'logprobs')) ? 1 : true } : COMPANIONS[param];
  return { ...needed, ...Object.fromEntries(Object.entries(only).map(([name, [value]]) => [name, value])) };
}

/** True for a rule of a number. */
const isCount = (rule: Rule | undefined): boolean => [rule?.type].flat().includes('integer');
