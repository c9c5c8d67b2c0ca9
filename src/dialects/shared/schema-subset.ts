/**
 * Rewrites a JSON Schema to the keywords that a provider accepts. The accepted values never change: a keyword is replaced by an equal form
 * (`schema-words.ts`), or is reported as outside the subset with its path. Each format defines its subset.
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { findRecursion, mapSchemas, resolveRef } from './json-schema.ts';
import { once } from '../../lib/memoize.ts';
import { inOtherWords, isEmptyWord, leaveOutDependent, type Takes } from './schema-words.ts';

/** The supported part of JSON Schema. */
export type Subset = {
  /** The accepted keywords, with the accepted values if not all are. */
  keywords: Readonly<Record<string, Takes>>;
  /** True when annotations (`title`, `default`, unknown keywords) are passed on. */
  keepsNotes: boolean;
  /** Every object must have `additionalProperties: false`. */
  isClosed?: true;
  /** Every schema must have a type, values, or subschemas. */
  isTyped?: true;
  /** Where a schema may contain itself: anywhere, or only in optional properties. Absent: nowhere. */
  recursion?: 'anywhere' | 'optional';
  /** A `$ref` must be the only keyword. */
  isRefAlone?: true;
};

/** A schema rewritten for a provider. */
export type InSubset = {
  /** Equivalent to the given one if nothing is outside; else without those parts, so it accepts more. */
  schema: SchemaObject;
  /** Unsupported parts with their paths, e.g. `minimum at #/properties/age`. */
  outside: string[];
  /** Unsupported annotations, each once. Removing them changes nothing. */
  notes: string[];
};

/** Keywords that decide whether a value is accepted; every other keyword is an annotation. */
const DECIDING = new Set(
  (
    'type enum const format $ref $dynamicRef $recursiveRef allOf anyOf oneOf not if then else nullable ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern ' +
    'items additionalItems prefixItems contains minContains maxContains minItems maxItems uniqueItems unevaluatedItems ' +
    'properties patternProperties additionalProperties propertyNames required minProperties maxProperties ' +
    'unevaluatedProperties dependentRequired dependentSchemas dependencies'
  ).split(' '),
);
/** Annotations about the schema text itself, which can be removed without a report. */
const ABOUT_ITSELF = new Set(['$schema', '$comment', '$id', '$vocabulary']);
/** Matches references that these providers resolve. */
const LOCAL_REF = /^#(?:\/(?:\$defs|definitions)\/[^/]+)?$/;

/** Keywords that may allow less where a schema below them allows more. */
const NOT_MONOTONE = new Set(['oneOf', 'not', 'if', 'contains']);

/** Most characters of JSON copied in place of references: nested copies multiply. */
const MAX_COPIED = 100_000;

/** Rewrites a schema for a provider. */
export function toSubset(given: SchemaObject, subset: Subset): InSubset {
  const outside = new Set<string>();
  const notes = new Set<string>();
  const { keywords } = subset;

  function write(node: unknown, path: string): unknown {
    if (node === true && subset.isTyped === undefined) return {};
    if (!isObject(node)) {
      outside.add(`a schema without a type at ${path}`);
      return {};
    }
    const words = inOtherWords(withoutFarRef(node, path), given, subset);
    judgeWhole(words, path);
    const written: SchemaObject = {};
    for (const [keyword, value] of Object.entries(words)) {
      const name = isTaken(keyword, words, path) ? (isLossy ? monotone(keyword, words) : keyword) : null;
      if (name === null) continue;
      written[name] = mapSchemas(keyword, value, (inner, steps) =>
        typeof inner === 'boolean' && keyword === 'additionalProperties' ? inner : write(inner, `${path}/${keyword}${steps}`),
      );
    }
    leaveOutDependent(
      written,
      Object.keys(words).filter((keyword) => written[keyword] === undefined),
    );
    return written;
  }

  /** A part of the schema was left out: a keyword that allows less where a schema below it allows more is not written. */
  let isLossy = false;

  /** `anyOf` for `oneOf`, which then allows more; null = the keyword is left out. */
  function monotone(keyword: string, words: SchemaObject): string | null {
    if (!NOT_MONOTONE.has(keyword)) return keyword;
    return keyword === 'oneOf' && words.anyOf === undefined && keywords['anyOf'] === true ? 'anyOf' : null;
  }

  /** Characters of JSON that may still be copied. */
  let characters = MAX_COPIED;
  const isRecursive = once(() => findRecursion(given) !== null);

  /** Replaces a reference that the provider does not resolve, or one in place of the whole schema, by its target. */
  function withoutFarRef(node: SchemaObject, path: string): SchemaObject {
    const { $ref: ref, ...rest } = node;
    if (ref === undefined || (LOCAL_REF.test(String(ref)) && path !== '#')) return node;
    const target = resolveRef(given, ref);
    const isBare = !Object.keys(rest).some((keyword) => DECIDING.has(keyword));
    if (!isBare || !isObject(target) || target === node || (path !== '#' && isRecursive())) return node;
    if (characters < 0 || (characters -= JSON.stringify(target).length) < 0) return node;
    return withoutFarRef({ ...target, ...rest }, path);
  }

  function isTaken(keyword: string, words: SchemaObject, path: string): boolean {
    const value = words[keyword];
    const takes = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    const isDeciding = DECIDING.has(keyword) || (keyword === '$id' && path !== '#');
    const isKnown = takes === true || takes?.(value, words, given) === true;
    const isAlone = keyword === '$ref' || words.$ref === undefined || subset.isRefAlone === undefined || keyword.startsWith('$');
    if (isKnown && isAlone) return keyword !== '$ref' || leadsSomewhere(value, path);
    if (isDeciding) outside.add(`${keyword} at ${path}`);
    else if (subset.keepsNotes && isAlone) return true;
    else if (!ABOUT_ITSELF.has(keyword) && !isEmptyWord(keyword, value, words)) notes.add(keyword);
    return false;
  }

  function leadsSomewhere(ref: unknown, path: string): boolean {
    if (LOCAL_REF.test(String(ref)) && resolveRef(given, String(ref)) !== undefined) return true;
    if (typeof ref === 'string' && ref.startsWith('#/$defs/') && resolveRef(given, ref.replace('$defs', 'definitions')) !== undefined)
      return true;
    outside.add(`$ref at ${path}`);
    return false;
  }

  function judgeWhole(words: SchemaObject, path: string): void {
    const { type } = words;
    const isObjects = type === 'object' || (Array.isArray(type) && type.includes('object'));
    if (subset.isClosed !== undefined && isObjects && words.additionalProperties !== false)
      outside.add(`an object that is open to other properties (no additionalProperties: false) at ${path}`);
    const isAbout = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'].some((keyword) => words[keyword] !== undefined);
    if (subset.isTyped !== undefined && !isAbout) outside.add(`a schema without a type at ${path}`);
  }

  let schema = write(given, '#') as SchemaObject;
  if (outside.size > 0) {
    [isLossy, characters] = [true, MAX_COPIED];
    schema = write(given, '#') as SchemaObject;
  }
  const recursion = subset.recursion === 'anywhere' ? null : findRecursion(given, subset.recursion === 'optional');
  if (recursion !== null) outside.add(`a schema that contains itself (${recursion})`);
  return { schema, outside: [...outside], notes: [...notes] };
}

/** Result for a format: a native schema (unchanged or equivalent), or why the schema cannot be sent natively. */
export type SchemaFor = { as: 'native'; schema: SchemaObject; notes: string[] } | { as: 'other'; why: string };

/** Most unsupported parts that are listed. */
const MAX_NAMED = 5;

/** Decides whether a provider accepts a schema natively. */
export function schemaFor(given: SchemaObject, subset: Subset): SchemaFor {
  const { schema, outside, notes } = toSubset(given, subset);
  if (outside.length === 0) return { as: 'native', schema, notes };
  return { as: 'other', why: inSentence(outside) };
}

/** Lists the unsupported parts in a sentence. */
export function inSentence(outside: readonly string[]): string {
  const more = outside.length - MAX_NAMED;
  return outside.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
