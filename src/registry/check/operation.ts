/** Checks one operation of a provider file: settings without effect, and rules that contradict each other. Pure. */
import type { Operation } from '../../unified/request/parameters.ts';
import type { Rule, Rules } from '../../unified/rule.ts';
import { matches } from '../operation.ts';
import { checkRule, UNIFIED_NAMES, type RulePlace } from './rules.ts';
import { repeated, withSuggestion, type Complaint } from './suggest.ts';

/** Facts of a wire format that the build uses. */
export type Format = { operation: string; quirks: readonly string[]; path: string; rules: Rules };

/** An operation in a provider file. */
export type StatedOperation = {
  dialect: string;
  basePath?: string | undefined;
  path?: string | undefined;
  streamPath?: string | undefined;
  countPath?: string | undefined;
  onlyModels?: string[] | undefined;
  nativeModels?: string[] | undefined;
  template?: string | undefined;
  prompts?: string[] | undefined;
  maxInputs?: number | undefined;
  roles?: Readonly<Record<string, string | undefined>> | undefined;
  messageFields?: string[] | undefined;
  quirks?: string[] | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  parameters?: Rules | undefined;
  ignores?: string[] | undefined;
  byModel?: Readonly<Record<string, StatedOverride>> | undefined;
};

type StatedOverride = Pick<StatedOperation, 'parameters' | 'quirks' | 'template' | 'roles' | 'messageFields'>;

/** A model in a provider file. */
export type StatedModel = { slug: string; id: string; maxOutputTokens?: number | undefined };

/** Settings that only some operations use. */
const READ_BY: Readonly<Partial<Record<keyof StatedOperation, readonly Operation[]>>> = {
  template: ['completions'],
  prompts: ['completions', 'embeddings'],
  maxInputs: ['embeddings'],
  streamPath: ['chat', 'completions'],
  countPath: ['chat'],
  roles: ['chat'],
  messageFields: ['chat'],
};

/** Roles of messages. */
const ROLES = ['system', 'developer', 'user', 'assistant'];

/** Returns complaints about one alternative of an operation. Paths begin at it. */
export function checkOperation(
  operation: Operation,
  stated: StatedOperation,
  { format, models }: { format: Format; models: readonly StatedModel[] },
): Complaint[] {
  const overrides = Object.entries(stated.byModel ?? {});
  const known = new Set([stated.parameters ?? {}, ...overrides.map(([, { parameters }]) => parameters ?? {})].flatMap(Object.keys));
  const hasOutputLimit = models.some(({ maxOutputTokens }) => maxOutputTokens !== undefined);
  const place: RulePlace = { operation, own: format.rules, known, hasOutputLimit };
  const base = { ...format.rules, ...stated.parameters };
  return [
    ...checkSettings(operation, stated, format),
    ...checkRules(stated.parameters ?? {}, base, place).map(below(['parameters'])),
    ...checkIgnored(stated),
    ...(stated.onlyModels ?? []).flatMap((pattern, at) => checkPattern(pattern, ['onlyModels', at], models)),
    ...(stated.nativeModels ?? []).flatMap((pattern, at) => checkPattern(pattern, ['nativeModels', at], models)),
    ...overrides.flatMap(([pattern, override]) => [
      ...checkPattern(pattern, ['byModel', pattern], models),
      ...checkReach(pattern, stated.onlyModels && [...stated.onlyModels, ...(stated.nativeModels ?? [])]),
      ...checkSettings(operation, override, format).map(below(['byModel', pattern])),
      ...checkRules(override.parameters ?? {}, { ...base, ...override.parameters }, place).map(below(['byModel', pattern, 'parameters'])),
    ]),
    ...checkQuirkChanges(stated),
  ];
}

/** Checks the ignored parameters: each is a unified one, and no rule for it is in the file. */
function checkIgnored({ ignores = [], parameters = {}, byModel = {} }: StatedOperation): Complaint[] {
  const patterns = Object.entries(byModel);
  return ignores.flatMap((name, at): Complaint[] => {
    const path = ['ignores', at];
    if (!UNIFIED_NAMES.includes(name))
      return [{ path, message: withSuggestion('is no parameter, so nothing is ignored', name, UNIFIED_NAMES) }];
    const place = Object.hasOwn(parameters, name)
      ? 'parameters'
      : patterns.find(([, override]) => Object.hasOwn(override.parameters ?? {}, name))?.[0];
    return place === undefined ? [] : [{ path, message: `is never sent, so the rule for it in ${JSON.stringify(place)} has no effect` }];
  });
}

/** Prefixes the path of a complaint. */
export function below(path: readonly (string | number)[]): (complaint: Complaint) => Complaint {
  return (complaint) => ({ ...complaint, path: [...path, ...complaint.path] });
}

/** Fields of messages in OpenAI's format, and fields that a provider file can add. */
const SENT_FIELDS = (
  'name refusal audio tool_calls tool_call_id reasoning reasoning_content reasoning_details images annotations cache_control channel ' +
  'extra_content'
).split(' ');

function checkSettings(operation: Operation, stated: Partial<StatedOperation>, { quirks }: Format): Complaint[] {
  const unread = Object.entries(READ_BY).flatMap(([name, readers]) =>
    stated[name as keyof StatedOperation] === undefined || readers.includes(operation)
      ? []
      : [{ path: [name], message: `has no effect on ${operation}; it belongs to ${readers.join(' and ')}` }],
  );
  const foreign = (stated.quirks ?? []).flatMap((quirk, at) =>
    quirks.includes(quirk.replace(/^-/, ''))
      ? []
      : [{ path: ['quirks', at], message: `has no effect: this dialect has ${quirks.length === 0 ? 'no quirks' : quirks.join(', ')}` }],
  );
  const twice = (['quirks', 'prompts', 'messageFields', 'onlyModels', 'nativeModels'] as const).flatMap((name) =>
    repeated(stated[name] ?? [], (entry: string) => entry).map((found) => ({ path: [name, found.place], message: 'is stated twice' })),
  );
  const absent = (stated.messageFields ?? []).flatMap((field, at) =>
    !field.startsWith('-') || SENT_FIELDS.includes(field.slice(1))
      ? []
      : [{ path: ['messageFields', at], message: withSuggestion('takes away a field that is never sent', field.slice(1), SENT_FIELDS) }],
  );
  const roles = Object.entries(stated.roles ?? {}).flatMap(([from, to]) =>
    from !== to && to !== undefined && ROLES.includes(to)
      ? []
      : [
          {
            path: ['roles', from],
            message: withSuggestion(`expected another role, one of ${ROLES.join(', ')}`, to, from === to ? [] : ROLES),
          },
        ],
  );
  return [...unread, ...foreign, ...twice, ...absent, ...roles];
}

/** @param all the rules that apply together. */
function checkRules(rules: Rules, all: Rules, place: RulePlace): Complaint[] {
  return Object.entries(rules).flatMap(([name, rule]) =>
    [...checkRule(name, rule, place), ...(rule === false ? [] : checkWireName(name, rule, { all, own: place.own }))].map(below([name])),
  );
}

/** Parameters that have no effect without another one. */
const NEEDS: Readonly<Record<string, string>> = { tool_choice: 'tools', parallel_tool_calls: 'tools' };

/** Parameters of which the router sends only one. */
const LIMITS = new Set(['max_tokens', 'max_completion_tokens']);

/** Checks the wire name of a parameter against the other parameters. */
function checkWireName(name: string, rule: Rule, { all, own }: { all: Rules; own: Rules }): Complaint[] {
  if (name.startsWith('reasoning.') && all['reasoning'])
    return [{ path: [], message: 'never applies beside the rule of "reasoning", which sends the whole object' }];
  const needed = Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
  if (needed !== undefined && !all[needed])
    return [{ path: [], message: `never applies: it means nothing without ${needed}, which is not accepted` }];
  const before = Object.hasOwn(own, name) ? own[name] : undefined;
  if (before && before.name !== undefined && rule.name === undefined) {
    const message = `takes the place of the dialect's rule, which is sent as ${JSON.stringify(before.name)}: say that in "name" too`;
    return [{ path: [], message }];
  }
  if (rule.name === undefined) return [];
  const excludes = (one: Rule, other: string) => one.conflictsWith?.some((each) => each === other || other.startsWith(`${each}.`)) === true;
  const rival = Object.entries(all).find(
    ([other, its]) =>
      other !== name &&
      its !== false &&
      (its.name ?? other) === rule.name &&
      !(LIMITS.has(name) && LIMITS.has(other)) &&
      !excludes(rule, other) &&
      !excludes(its, name),
  );
  if (rival === undefined) return [];
  return [
    { path: ['name'], message: `is sent under the name of ${rival[0]} as well: one would overwrite the other without a conflictsWith` },
  ];
}

/** Patterns are compared with ids exactly. A pattern that matches no model, but would in another spelling, is a mistake. */
function checkPattern(pattern: string, path: readonly (string | number)[], models: readonly StatedModel[]): Complaint[] {
  if (/^\s|\s$/.test(pattern)) return [{ path, message: 'begins or ends with a blank, as no id does' }];
  if (models.some(({ id }) => matches(pattern, id))) return [];
  const [bare, bareId] = [pattern.toLowerCase(), (id: string) => id.toLowerCase()];
  const meant =
    models.find(({ id }) => matches(bare, bareId(id))) ??
    models.find(({ slug }) => matches(bare, bareId(slug)) && bare !== '*') ??
    models.find(({ id }) => isSlipOf(bare, bareId(id)));
  return meant === undefined ? [] : [{ path, message: `matches no model: patterns are compared with the id. Did you mean "${meant.id}"?` }];
}

/** True when a pattern would match the id with one letter changed, added, removed or swapped before its first star. Digits must match. */
function isSlipOf(pattern: string, id: string): boolean {
  const [head = ''] = pattern.split('*');
  return Array.from(head).some((letter, at) => {
    const [before, rest, other] = [head.slice(0, at), head.slice(at + 1), id[at] ?? ''];
    if (rest.length < 1 || !/[a-z]/.test(letter) || !/[a-z]/.test(other)) return false;
    const corrected = [
      `${before}${other}${rest}`,
      `${before}${rest}`,
      `${before}${other}${letter}${rest}`,
      `${before}${rest[0]}${letter}${rest.slice(1)}`,
    ];
    return corrected.some((one) => matches(`${one}${pattern.slice(head.length)}`, id));
  });
}

/** Finds overrides for models that this alternative does not serve. */
function checkReach(pattern: string, onlyModels: readonly string[] | undefined): Complaint[] {
  if (onlyModels === undefined || onlyModels.some((served) => canMeet(pattern, served))) return [];
  return [{ path: ['byModel', pattern], message: `never applies: this alternative serves only ${onlyModels.join(', ')}` }];
}

/** True when some id may match both patterns. */
function canMeet(one: string, other: string): boolean {
  if (!one.includes('*')) return matches(other, one);
  if (!other.includes('*')) return matches(one, other);
  const [[begin = ''], [also = '']] = [one.split('*'), other.split('*')];
  const [end, ending] = [one.split('*').at(-1) ?? '', other.split('*').at(-1) ?? ''];
  return (begin.startsWith(also) || also.startsWith(begin)) && (end.endsWith(ending) || ending.endsWith(end));
}

/** Finds quirks that are removed where no model has them. */
function checkQuirkChanges({ quirks = [], byModel = {} }: StatedOperation): Complaint[] {
  const given = new Set([...quirks, ...Object.values(byModel).flatMap((override) => override.quirks ?? [])]);
  return Object.entries(byModel).flatMap(([pattern, override]) =>
    (override.quirks ?? []).flatMap((quirk, at) =>
      quirk.startsWith('-') && !given.has(quirk.slice(1))
        ? [{ path: ['byModel', pattern, 'quirks', at], message: `has no effect: no model of this operation has ${quirk.slice(1)}` }]
        : [],
    ),
  );
}

/** Finds alternatives that are never used, because an earlier one serves their models. Paths begin at the operation. */
export function checkAlternatives(alternatives: readonly StatedOperation[]): Complaint[] {
  return alternatives.flatMap(({ onlyModels = [] }, place) =>
    onlyModels.flatMap((pattern, at) => {
      const earlier = alternatives.slice(0, place).flatMap((one) => one.onlyModels ?? []);
      const taker = earlier.find((wide) => matches(wide, pattern)); // a star is a text like any other: what takes it takes all
      return taker === undefined
        ? []
        : [{ path: [place, 'onlyModels', at], message: `never applies: an earlier alternative takes "${taker}"` }];
    }),
  );
}
