/**
 * JSON Schemas of a request, made fit for hosts that understand only part of the language: walks the places where schemas stand and
 * takes out what is not understood. Knows no host; which keywords go is for the caller to say.
 */
import { isObject, type JsonObject } from './json.ts';

/** Keywords whose value is one schema. */
const ONE = new Set([
  'items',
  'additionalProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Keywords whose value is a list of schemas. */
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
/** Keywords whose value is a map of names to schemas. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

/** Decides over one keyword of a schema: `keep` it, `remove` it, or write it otherwise. */
export type KeywordVerdict = 'keep' | 'remove' | { rename: string; value?: unknown } | { replace: unknown };

/** A schema without what a host does not understand, and the keywords that went, each once, e.g. `minLength`. */
export type PrunedSchema = { schema: JsonObject; removed: string[] };

/** Walks a schema. Names of properties are no keywords and are never touched. */
export function pruneSchema(
  schema: JsonObject,
  judge: (keyword: string, value: unknown, schema: JsonObject) => KeywordVerdict,
): PrunedSchema {
  const removed = new Set<string>();

  function prune(node: unknown): unknown {
    if (!isObject(node)) return node; // true and false are schemas too
    const pruned: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      const verdict = judge(keyword, value, node);
      if (verdict === 'remove') removed.add(keyword);
      else if (verdict === 'keep') pruned[keyword] = descend(keyword, value);
      else if ('rename' in verdict) pruned[verdict.rename] = descend(verdict.rename, verdict.value ?? value);
      else pruned[keyword] = verdict.replace;
    }
    return pruned;
  }

  function descend(keyword: string, value: unknown): unknown {
    if (ONE.has(keyword)) return Array.isArray(value) ? value.map(prune) : prune(value);
    if (LISTS.has(keyword)) return Array.isArray(value) ? value.map(prune) : value;
    if (MAPS.has(keyword))
      return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, prune(inner)])) : value;
    return value;
  }

  return { schema: prune(schema) as JsonObject, removed: [...removed] };
}
