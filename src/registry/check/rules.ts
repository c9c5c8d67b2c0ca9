/** Checks a single rule of a provider file: keywords without effect or with an unexpected one. Pure. */
import { PARAMETERS, parameterOf, type Operation } from '../../unified/request/parameters.ts';
import type { Rule, RuleOrNot, RuleType, Rules } from '../../unified/rule.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { namesIn, near, repeated, withSuggestion, type Complaint } from './suggest.ts';

/** Context of a rule. `known`: names that rules of this operation may use. `hasOutputLimit`: some model has an output limit. */
export type RulePlace = { operation: Operation; own: Rules; known: ReadonlySet<string>; hasOutputLimit: boolean };

/** Keywords that apply only to values of some types. */
const WORDS_OF: Readonly<Partial<Record<keyof Rule, readonly RuleType[]>>> = {
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  exclusiveMinimum: ['number', 'integer'],
  exclusiveMaximum: ['number', 'integer'],
  multipleOf: ['number', 'integer'],
  maxItems: ['array', 'object'],
  maxLength: ['string'],
  enum: ['number', 'integer', 'string', 'boolean', 'object'],
  values: ['number', 'integer', 'string', 'boolean'],
};

/** Parameters that the router can emulate. */
const EMULATED = ['stop', 'n', 'best_of', 'echo', 'dimensions'];

/** Fields of a request that rules do not apply to. The router reads them. */
const NOT_FITTED = new Set(['model', 'models', 'messages', 'prompt', 'input', 'stream', 'provider', 'route']);

/** Unified names of all operations, and the parts of `reasoning` with their own rules. */
export const UNIFIED_NAMES: readonly string[] = [
  ...new Set(Object.values(PARAMETERS).flatMap((parameters) => Object.keys(parameters))),
  'reasoning.max_tokens',
  'reasoning.enabled',
];
const UNIFIED_WORDS = new Set(UNIFIED_NAMES.flatMap(wordsOf));

function wordsOf(name: string): string[] {
  return name.split(/[._]/);
}

/** Returns complaints about the name of a parameter and its rule. Paths begin at the rule. */
export function checkRule(name: string, rule: RuleOrNot, place: RulePlace): Complaint[] {
  return [...checkName(name, rule, place), ...(rule === false ? [] : checkWords(name, rule, place))];
}

/**
 * An unknown name is a field of the provider, unless it looks like a misspelt unified name. The file then confirms the name by giving it as
 * `name` too.
 */
function checkName(name: string, rule: RuleOrNot, { own }: RulePlace): Complaint[] {
  if (NOT_FITTED.has(name)) return [{ path: [], message: 'is not fitted by rules, so this one never applies' }];
  if (UNIFIED_NAMES.includes(name) || Object.hasOwn(own, name)) return [];
  const isPart = name.startsWith('reasoning.');
  const meant = likelyNames(name);
  if (!isPart && (meant.length === 0 || (rule !== false && rule.name === name))) return [];
  const escape = isPart ? '' : ` If it is a field of the provider's own, say so by "name": ${JSON.stringify(name)}`;
  return [{ path: [], message: `is no parameter, so the rule never applies.${didYouMean(meant)}${escape}` }];
}

/** Returns names that this one probably misspells. A name made of unified words, such as `min_tokens`, is not a misspelling. */
function likelyNames(name: string): string[] {
  const sorted = (words: string) => wordsOf(words).sort().join();
  const reordered = UNIFIED_NAMES.filter((known) => sorted(known) === sorted(name));
  if (reordered.length > 0) return reordered;
  return wordsOf(name).every((word) => UNIFIED_WORDS.has(word)) ? [] : near(name, UNIFIED_NAMES);
}

function checkWords(name: string, rule: Rule, place: RulePlace): Complaint[] {
  return [
    ...checkTypes(rule),
    ...checkKind(name, rule, place),
    ...checkBounds(rule),
    ...checkEnum(rule),
    ...checkValues(rule),
    ...checkDefault(name, rule, place),
    ...(['conflictsWith', 'requiredWith'] as const).flatMap((word) =>
      (rule[word] ?? []).flatMap((other, at) => checkConflict({ name, other, path: [word, at] }, place)),
    ),
    ...othersIn(rule).flatMap(({ other, path }) => checkConflict({ name, other, path }, place)),
    ...(rule.emulate === true && !EMULATED.includes(name)
      ? [{ path: ['emulate'], message: `has no effect: the router itself can do ${EMULATED.join(', ')}` }]
      : []),
  ];
}

/** Returns the other parameters that a rule depends on. */
const othersIn = ({ onlyWith = {}, below, narrowed = [] }: Rule): { other: string; path: (string | number)[] }[] => [
  ...Object.keys(onlyWith).map((other) => ({ other, path: ['onlyWith', other] })),
  ...(below === undefined ? [] : [{ other: below, path: ['below'] }]),
  ...narrowed.map(({ with: other }, at) => ({ other, path: ['narrowed', at, 'with'] })),
];

const typesOf = ({ type }: Rule): readonly RuleType[] | null => (type === undefined ? null : [type].flat());

function checkTypes(rule: Rule): Complaint[] {
  const types = typesOf(rule);
  if (types === null) return [];
  return Object.entries(WORDS_OF).flatMap(([word, fitting]) =>
    rule[word as keyof Rule] === undefined || fitting.some((type) => types.includes(type))
      ? []
      : [{ path: [word], message: `has no effect on the type ${types.join(' or ')}; it applies to ${fitting.join(', ')}` }],
  );
}

/** Finds rules for values that no request can contain: the unified parameter has another type, or no such value. */
function checkKind(name: string, rule: Rule, { operation }: RulePlace): Complaint[] {
  const expected = parameterOf(operation, name)?.expected;
  if (expected === undefined || name === 'logprobs') return []; // the two forms of logprobs are converted into each other
  const types = typesOf(rule);
  const wanted = Object.entries(TYPES_OF).find(([words]) => expected.startsWith(words))?.[1];
  if (types !== null && wanted !== undefined && !types.some((type) => wanted.includes(type)))
    return [{ path: ['type'], message: `never applies: the parameter is ${expected}` }];
  const possible = namesIn(`expected ${expected}`);
  return (rule.enum ?? []).flatMap((value, at) => {
    const meant = typeof value !== 'string' || possible.includes(value) ? [] : near(value, possible);
    return meant.length === 0 ? [] : [{ path: ['enum', at], message: `is never sent: the parameter is ${expected}.${didYouMean(meant)}` }];
  });
}

/** Beginnings of the descriptions of unified parameters, and the rule types that match them. */
const TYPES_OF: Readonly<Record<string, readonly RuleType[]>> = {
  'a number': ['number', 'integer'],
  'an integer': ['number', 'integer'],
  'true or false': ['boolean'],
  'an array': ['array'],
  'an object': ['object'],
  'one of': ['string'],
};

function checkBounds(rule: Rule): Complaint[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, maxItems, enum: values } = rule;
  const complaints: Complaint[] = [];
  const both = (word: string, other: string) =>
    complaints.push({ path: [word], message: `stands beside ${other}, and one of them has no effect; keep the narrower` });
  if (minimum !== undefined && exclusiveMinimum !== undefined) both('exclusiveMinimum', 'minimum');
  if (maximum !== undefined && exclusiveMaximum !== undefined) both('exclusiveMaximum', 'maximum');
  const types = typesOf(rule);
  const grid = rule.multipleOf ?? (types?.includes('integer') === true && !types.includes('number') ? 1 : null);
  if (grid !== null && !holdsMultiple(rule, grid)) {
    const key = minimum === undefined ? (exclusiveMinimum === undefined ? 'maximum' : 'exclusiveMinimum') : 'minimum';
    complaints.push({ path: [key], message: `leaves no value: no multiple of ${grid} lies between the bounds` });
  }
  if (maxItems !== undefined && values !== undefined) complaints.push({ path: ['maxItems'], message: 'has no effect beside enum' });
  return complaints;
}

function holdsMultiple({ minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum }: Rule, grid: number): boolean {
  const lowest = Math.max(Math.ceil(minimum / grid), exclusiveMinimum === undefined ? -Infinity : Math.floor(exclusiveMinimum / grid) + 1);
  const highest = Math.min(Math.floor(maximum / grid), exclusiveMaximum === undefined ? Infinity : Math.ceil(exclusiveMaximum / grid) - 1);
  return lowest <= highest;
}

function isInside(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Rule): boolean {
  return (
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity)
  );
}

/** True when a value has one of the types. An object is compared by the text in its `type`. */
function isOf(value: unknown, types: readonly RuleType[]): boolean {
  return types.some((type) => {
    if (type === 'array') return Array.isArray(value);
    if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
    return type === 'integer' ? Number.isInteger(value) : typeof value === type;
  });
}

function checkEnum(rule: Rule): Complaint[] {
  const { enum: values = [] } = rule;
  const types = typesOf(rule);
  if (types?.join() === 'array') return [];
  const accepted = types?.flatMap((type): RuleType[] => (type === 'object' ? ['object', 'string'] : [type])) ?? null;
  return [
    ...values.flatMap((value, at) => {
      if (accepted !== null && !isOf(value, accepted))
        return [{ path: ['enum', at], message: `is never sent: ${JSON.stringify(value)} is not of the type ${types?.join(' or ')}` }];
      if (typeof value === 'number' && !isInside(value, rule))
        return [{ path: ['enum', at], message: `is never sent: ${value} is out of bounds` }];
      return [];
    }),
    ...repeated(values, (value) => value).map(({ place }) => ({ path: ['enum', place], message: 'is stated twice' })),
  ];
}

function checkValues(rule: Rule): Complaint[] {
  const types = typesOf(rule);
  return Object.keys(rule.values ?? {}).flatMap((word) => {
    const listed = rule.enum?.map(String);
    const known = listed ?? (types?.join() === 'boolean' ? ['true', 'false'] : null);
    const isNumber = types?.every((type) => type === 'number' || type === 'integer') === true;
    const possible = known?.includes(word) ?? (!isNumber || (String(Number(word)) === word && isInside(Number(word), rule)));
    return possible
      ? []
      : [{ path: ['values', word], message: withSuggestion('is never written: no accepted value is called so', word, known ?? []) }];
  });
}

function checkDefault(name: string, rule: Rule, { operation, hasOutputLimit }: RulePlace): Complaint[] {
  const value = rule.default;
  const isLimit = name === 'max_tokens' && hasOutputLimit;
  if (value === undefined)
    return rule.required === true && !isLimit
      ? [{ path: ['required'], message: 'has no effect without "default", which is what would be sent' }]
      : [];
  const types = typesOf(rule);
  const complain = (message: string) => [{ path: ['default'], message }];
  if (types !== null && !isOf(value, types)) return complain(`expected the type ${types.join(' or ')}`);
  // A provider's value for "none" may be outside the range for clients.
  const isOff = rule.required !== true && (value === -1 || parameterOf(operation, name)?.isNeutral?.(value) === true);
  if (isOff) return [];
  if (typeof value === 'number' && !isInside(value, rule)) return complain(`${value} is out of the bounds of this rule`);
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (rule.enum !== undefined && isScalar && !rule.enum.includes(value))
    return complain(withSuggestion('is none of the values of enum', value, rule.enum.map(String)));
  return [];
}

type Conflict = { name: string; other: string; path: readonly (string | number)[] };

function checkConflict({ name, other, path }: Conflict, { known, own }: RulePlace): Complaint[] {
  if (other === name) return [{ path, message: 'a parameter does not conflict with itself' }];
  if (other === 'stream' || known.has(other) || Object.hasOwn(own, other) || UNIFIED_NAMES.includes(other)) return [];
  return [
    {
      path,
      message: withSuggestion(`no parameter is called "${other}", so it is never sent`, other, [...UNIFIED_NAMES, ...known, 'stream']),
    },
  ];
}
