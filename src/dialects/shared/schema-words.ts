/**
 * Rewrites a schema to an equivalent one that accepts exactly the same values, for a provider that does not accept its keywords. Each rewrite
 * is a law that `test/dialects/schema.property.test.ts` checks with values.
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { areDisjoint } from './schema-kinds.ts';

type Rewrite = (words: SchemaObject, root: SchemaObject, takes: (keyword: string, value: unknown) => boolean) => void;

/** True when a provider accepts a keyword with this value, in this schema. `root` is the whole schema. */
export type Takes = true | ((value: unknown, schema: SchemaObject, root: SchemaObject) => boolean);

/** What rewriting reads of a subset (`schema-subset.ts`): the keywords it has, and whether nothing stands beside a `$ref`. */
type RewriteOptions = { keywords: Readonly<Record<string, Takes>>; isRefAlone?: true };

/** Rewrites one schema, not those within it. `root` is the whole, for its references. */
export function inOtherWords(node: SchemaObject, root: SchemaObject, { keywords, isRefAlone }: RewriteOptions): SchemaObject {
  const words = { ...node };
  const takes = (keyword: string, value: unknown) => {
    const test = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    return test === true || test?.(value, words, root) === true;
  };
  for (const rewrite of REWRITES) rewrite(words, root, takes);
  if (isRefAlone !== undefined) setRefApart(words, takes);
  return words;
}

/** True when a keyword has no effect: `minItems: 0`, `additionalProperties: true`. */
export function isEmptyWord(keyword: string, value: unknown, { type, unevaluatedProperties, unevaluatedItems }: SchemaObject): boolean {
  switch (keyword) {
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return value === 0;
    case 'required':
      return Array.isArray(value) && value.length === 0;
    case 'uniqueItems':
    case 'nullable':
      return value === false;
    // What they allow counts as evaluated.
    case 'additionalProperties':
      return isAnything(value) && unevaluatedProperties === undefined;
    case 'items':
    case 'additionalItems':
      return isAnything(value) && unevaluatedItems === undefined;
    case 'unevaluatedProperties':
    case 'unevaluatedItems':
      return isAnything(value);
    case 'propertyNames': // names of properties are texts
      return isAnything(value) || (isObject(value) && value.type === 'string' && Object.keys(value).length === 1);
    case 'minimum': // what zod writes for every integer: the numbers that JSON carries whole
      return type === 'integer' && value === Number.MIN_SAFE_INTEGER;
    case 'maximum':
      return type === 'integer' && value === Number.MAX_SAFE_INTEGER;
    default:
      return false;
  }
}

const isAnything = (schema: unknown) => schema === true || (isObject(schema) && Object.keys(schema).length === 0);

const REWRITES: readonly Rewrite[] = [
  function leaveOutEmptyWords(words, _root, takes) {
    for (const [keyword, value] of Object.entries(words))
      if (isEmptyWord(keyword, value, words) && !takes(keyword, value)) delete words[keyword];
  },

  /** Replaces OpenAPI's `nullable` by an additional type. */
  function nullableAsType(words, _root, takes) {
    const { nullable, type } = words;
    if (nullable !== true || takes('nullable', true) || type === undefined) return;
    const types = Array.isArray(type) ? type : [type];
    words.type = types.includes('null') ? types : [...types, 'null'];
    delete words.nullable;
    if (Array.isArray(words.enum) && !words.enum.includes(null)) words.enum = [...words.enum, null];
  },

  function definitionsAsDefs(words, root, takes) {
    if (takes('definitions', {})) return;
    if (words === root || isObject(words.definitions)) {
      const { definitions, $defs } = words;
      if (isObject(definitions) && !Object.keys(definitions).some((name) => isObject($defs) && Object.hasOwn($defs, name))) {
        words.$defs = { ...definitions, ...(isObject($defs) ? $defs : {}) };
        delete words.definitions;
      }
    }
    if (typeof words.$ref === 'string') words.$ref = words.$ref.replace(/^#\/definitions\//, '#/$defs/');
  },

  function closedByOtherWord(words, _root, takes) {
    const hasOthers = ['allOf', 'anyOf', 'oneOf', '$ref', 'if', 'then', 'else', 'not', 'dependentSchemas', 'additionalProperties'];
    if (words.unevaluatedProperties !== false || takes('unevaluatedProperties', false)) return;
    if (hasOthers.some((keyword) => words[keyword] !== undefined)) return;
    words.additionalProperties = false;
    delete words.unevaluatedProperties;
  },

  function constAsEnum(words, _root, takes) {
    const { const: only } = words;
    if (only === undefined || words.enum !== undefined || takes('const', only)) return;
    words.enum = [only];
    delete words.const;
  },

  function boundsOfIntegers(words, _root, takes) {
    if (words.type !== 'integer') return;
    for (const [open, closed, step] of [
      ['exclusiveMinimum', 'minimum', 1],
      ['exclusiveMaximum', 'maximum', -1],
    ] as const) {
      const bound = words[open];
      if (!Number.isSafeInteger(bound) || words[closed] !== undefined || takes(open, bound) || !takes(closed, bound)) continue;
      words[closed] = Number(bound) + step;
      delete words[open];
    }
  },

  /** Moves null out of a list of values, for a provider that rejects null there. */
  function nullApart(words, _root, takes) {
    const { enum: all } = words;
    if (!Array.isArray(all) || takes('enum', all) || words.anyOf !== undefined || !all.includes(null)) return;
    const named = all.filter((value) => value !== null);
    const isText = named.length > 0 && named.every((value) => typeof value === 'string');
    words.anyOf = [...(named.length === 0 ? [] : [{ ...(isText ? { type: 'string' } : {}), enum: named }]), { type: 'null' }];
    delete words.enum;
  },

  function allOfTogether(words, _root, takes) {
    const { allOf } = words;
    if (!Array.isArray(allOf) || takes('allOf', allOf)) return;
    if (allOf.length === 1 && words.anyOf === undefined) {
      words.anyOf = allOf;
      delete words.allOf;
      return;
    }
    const { allOf: _, ...rest } = words;
    const one = together([rest, ...allOf]);
    if (one === null) return;
    for (const keyword of Object.keys(words)) delete words[keyword];
    Object.assign(words, one);
  },

  function oneOfAsAnyOf(words, root, takes) {
    const { oneOf } = words;
    if (!Array.isArray(oneOf) || takes('oneOf', oneOf) || words.anyOf !== undefined || !areDisjoint(oneOf, root)) return;
    words.anyOf = oneOf;
    delete words.oneOf;
  },
];

/** Writes `{anyOf: [{$ref}], ...}` for a reference next to other keywords. */
function setRefApart(words: SchemaObject, takes: (keyword: string, value: unknown) => boolean): void {
  const { $ref: ref } = words;
  const isAlone = Object.keys(words).every((keyword) => keyword.startsWith('$'));
  if (ref === undefined || isAlone || words.anyOf !== undefined || !takes('anyOf', [])) return;
  words.anyOf = [{ $ref: ref }];
  delete words.$ref;
}

const OTHER_SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', '$ref', '$dynamicRef', '$recursiveRef'];

/** Keywords that would accept fewer values without another keyword, which exempts some values from them. */
const LESS_WITHOUT: Readonly<Record<string, readonly string[]>> = {
  additionalProperties: ['properties', 'patternProperties'],
  unevaluatedProperties: [...OTHER_SCHEMAS, 'properties', 'patternProperties', 'additionalProperties', 'dependentSchemas'],
  items: ['prefixItems'],
  additionalItems: ['items'],
  unevaluatedItems: [...OTHER_SCHEMAS, 'prefixItems', 'items', 'additionalItems', 'contains'],
  contains: ['minContains'],
};

/** Removes keywords that would accept fewer values after these keywords were removed; returns the removed ones. */
export function leaveOutDependent(schema: SchemaObject, leftOut: readonly string[]): string[] {
  const dependent = Object.keys(LESS_WITHOUT).filter(
    (keyword) => schema[keyword] !== undefined && LESS_WITHOUT[keyword]?.some((neighbour) => leftOut.includes(neighbour)),
  );
  for (const keyword of dependent) delete schema[keyword];
  return dependent;
}

/** Keywords whose meaning depends on other keywords. */
const DEPENDENT = ['additionalProperties', 'unevaluatedProperties', 'patternProperties', 'if', 'then', 'else', 'items', 'prefixItems'];

/** Merges schemas that must all hold into one; null when their keywords conflict. */
export function together(schemas: readonly unknown[]): SchemaObject | null {
  const merged: SchemaObject = {};
  for (const schema of schemas) {
    if (schema === true) continue;
    if (!isObject(schema) || DEPENDENT.some((keyword) => schema[keyword] !== undefined)) return null;
    for (const [keyword, value] of Object.entries(schema)) {
      const there = merged[keyword];
      if (there === undefined || JSON.stringify(there) === JSON.stringify(value)) merged[keyword] = value;
      else if (keyword === 'title' || keyword === 'description') continue; // that of the outer schema
      else if (keyword === 'required' && Array.isArray(there) && Array.isArray(value)) merged.required = [...new Set([...there, ...value])];
      else if (
        keyword === 'properties' &&
        isObject(there) &&
        isObject(value) &&
        !Object.keys(value).some((name) => Object.hasOwn(there, name))
      )
        merged.properties = { ...there, ...value };
      else return null;
    }
  }
  return merged;
}
