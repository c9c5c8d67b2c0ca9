/**
 * What a provider accepts, as tests state it: the provider file and the simulated upstream are both made from such a specification, and the
 * differences of two specifications are what a probe must find. Shares nothing with `src/`.
 */

/** A number. An end that is absent is none. */
type NumberField = { kind: 'number' | 'integer'; wire: string; min?: number; max?: number; openMin?: number; openMax?: number };
/** One of these words; of an object, its `type`. */
type ChoiceField = { kind: 'choice'; wire: string; words: readonly (string | boolean)[]; isObject?: true };
/** A list of texts. */
type ListField = { kind: 'list'; wire: string; most?: number };
/** Anything of a type. */
type AnyField = { kind: 'any'; wire: string; type: 'boolean' | 'string' | 'object' | 'array' };

/** A field. `ignored`: accepted without an effect. `conflicts`: parameters that it may not stand beside. */
export type Field = (NumberField | ChoiceField | ListField | AnyField) & { ignored?: true; conflicts?: readonly string[]; required?: true };

/** Fields by unified name; null = not accepted. */
export type Specification = Readonly<Record<string, Field | null>>;

/** A rule of a provider file for a field. `defaultWire`: the name without `name` in the rule. */
function ruleOf(param: string, field: Field): Record<string, unknown> {
  const named = field.wire === param ? {} : { name: field.wire };
  const marks = {
    ...(field.conflicts === undefined ? {} : { conflictsWith: field.conflicts }),
    ...(field.required === true ? { required: true, default: 64 } : {}),
  };
  switch (field.kind) {
    case 'number':
    case 'integer':
      return {
        type: field.kind,
        ...bound('minimum', field.min),
        ...bound('maximum', field.max),
        ...bound('exclusiveMinimum', field.openMin),
        ...bound('exclusiveMaximum', field.openMax),
        ...named,
        ...marks,
      };
    case 'choice': {
      const type =
        field.isObject === true
          ? param === 'tool_choice'
            ? ['string', 'object']
            : 'object'
          : typeof field.words[0] === 'boolean'
            ? 'boolean'
            : 'string';
      const isBoth = type === 'boolean' && field.words.length === 2;
      return { type, ...(isBoth ? {} : { enum: field.words }), ...named, ...marks };
    }
    case 'list':
      return { type: 'array', ...(field.most === undefined ? {} : { maxItems: field.most }), ...named, ...marks };
    default:
      return { type: field.type, ...named, ...marks };
  }
}

const bound = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: value });

/** `parameters` of a provider file. */
export const rulesOf = (specification: Specification): Record<string, unknown> =>
  Object.fromEntries(Object.entries(specification).map(([param, field]) => [param, field === null ? false : ruleOf(param, field)]));

/** The differences of two specifications, as `parameter aspect`, sorted. Written by hand, from the meaning of the fields. */
export function differencesOf(file: Specification, upstream: Specification): string[] {
  return Object.keys(upstream)
    .flatMap((param) => fieldDifferences(param, file[param] ?? null, upstream[param] ?? null))
    .sort();
}

function fieldDifferences(param: string, file: Field | null, upstream: Field | null): string[] {
  const say = (aspect: string) => `${param} ${aspect}`;
  if (file === null) return upstream === null || upstream.ignored === true ? [] : [say('accepted')];
  if (upstream === null) return [say('accepted')];
  if (upstream.ignored === true) return [say('ignored')];
  const found: string[] = [];
  if (file.wire !== upstream.wire) found.push(say('name'));
  if ((file.required === true) !== (upstream.required === true)) found.push(say('required'));
  if (isNumber(file) && isNumber(upstream)) {
    if (file.kind !== upstream.kind) found.push(say('type'));
    if (file.min !== upstream.min || file.openMin !== upstream.openMin) found.push(say('minimum'));
    if (file.max !== upstream.max || file.openMax !== upstream.openMax) found.push(say('maximum'));
  }
  if (file.kind === 'list' && upstream.kind === 'list' && file.most !== upstream.most) found.push(say('maxItems'));
  if (file.kind === 'choice' && upstream.kind === 'choice' && [...file.words].sort().join() !== [...upstream.words].sort().join())
    found.push(say('enum'));
  const pairs = new Set([...(file.conflicts ?? []), ...(upstream.conflicts ?? [])]);
  for (const other of pairs)
    if (file.conflicts?.includes(other) !== upstream.conflicts?.includes(other)) found.push(say(`conflictsWith ${other}`));
  return found;
}

const isNumber = (field: Field): field is NumberField & Field => field.kind === 'number' || field.kind === 'integer';
