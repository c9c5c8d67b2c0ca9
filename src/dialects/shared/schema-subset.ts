/**
 * Rewrites a JSON Schema to the keywords that a provider accepts. The accepted values never change: a keyword is replaced by an equal form
 * (`schema-words.ts`), or is reported as outside the subset with its path. Each format defines its subset.
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { findRecursion, mapSchemas, resolveRef } from './json-schema.ts';
import { once } from '../../lib/memoize.ts';
import { inOtherWords, isEmptyWord, leaveOutDependent, type Takes } from './schema-words.ts';

/** Part of JSON Schema. */
export type Subset = {
  /** The keywords that are taken, and where not every value is, which ones. */
  keywords: Readonly<Record<string, Takes>>;
  /** Words that say nothing about a value (`title`, `default`, unknown words) are passed on. */
  keepsNotes: boolean;
  /** Every object says `additionalProperties: false`. */
  isClosed?: true;
  /** Every schema says which values it is about: a type, the values, or other schemas. */
  isTyped?: true;
  /** A schema may contain itself: anywhere, or only in properties that need not be there. Absent: it may not. */
  recursion?: 'anywhere' | 'optional';
  /** Nothing stands beside a `$ref`. */
  isRefAlone?: true;
};

/** A schema in the words of a provider. */
export type InSubset = {
  /** Equal to the given one where nothing is outside; else what is left without that: it allows more. */
  schema: SchemaObject;
  /** What the provider does not accept, each with its place, e.g. `minimum at #/properties/age`. */
  outside: string[];
  /** Notes that the provider does not accept, each once: without them nothing else is allowed. */
  notes: string[];
};

/** Keywords that decide whether a value is accepted; every other word is a note. */
const DECIDING = new Set(
  (
    'type enum const format $ref $dynamicRef $recursiveRef allOf anyOf oneOf not if then else nullable ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern ' +
    'items additionalItems prefixItems contains minContains maxContains minItems maxItems uniqueItems unevaluatedItems ' +
    'properties patternProperties additionalProperties propertyNames required minProperties maxProperties ' +
    'unevaluatedProperties dependentRequired dependentSchemas dependencies'
  ).split(' '),
);
/** Notes that are about the text of the schema itself, and whose loss changes nothing. */
const ABOUT_ITSELF = new Set(['$schema', '$comment', '$id', '$vocabulary']);
/** Where references of these providers may lead. */
const LOCAL_REF = /^#(?:\/(?:\$defs|definitions)\/[^/]+)?$/;

/** Most that is copied to where references stand, in characters of JSON: copies in copies multiply. */
const MAX_COPIED = 100_000;

/** Writes a schema in the words of a provider. */
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
      if (!isTaken(keyword, words, path)) continue;
      written[keyword] = mapSchemas(keyword, value, (inner, steps) =>
        typeof inner === 'boolean' && keyword === 'additionalProperties' ? inner : write(inner, `${path}/${keyword}${steps}`),
      );
    }
    leaveOutDependent(
      written,
      Object.keys(words).filter((keyword) => written[keyword] === undefined),
    );
    return written;
  }

  /** Characters of JSON that may still be copied to where references stand. */
  let characters = MAX_COPIED;
  const isRecursive = once(() => findRecursion(given) !== null);

  /** A reference to where these providers do not follow one, or in place of the whole schema: what it refers to stands there itself. */
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

  const schema = write(given, '#') as SchemaObject;
  const recursion = subset.recursion === 'anywhere' ? null : findRecursion(given, subset.recursion === 'optional');
  if (recursion !== null) outside.add(`a schema that contains itself (${recursion})`);
  return { schema, outside: [...outside], notes: [...notes] };
}

/** What a schema comes to at a format: sent as it is or in other words that mean the same, or not to be sent natively, and why. */
export type SchemaFor = { as: 'native'; schema: SchemaObject; notes: string[] } | { as: 'other'; why: string };

/** The longest list of what is outside. */
const MAX_NAMED = 5;

/** Whether a provider accepts a schema natively. */
export function schemaFor(given: SchemaObject, subset: Subset): SchemaFor {
  const { schema, outside, notes } = toSubset(given, subset);
  if (outside.length === 0) return { as: 'native', schema, notes };
  return { as: 'other', why: inSentence(outside) };
}

/** What is outside, in a sentence. */
export function inSentence(outside: readonly string[]): string {
  const more = outside.length - MAX_NAMED;
  return outside.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
