/**
 * JSON Schemas for strict output: the words that are not understood there go, and objects are closed
 * (Vercel AI SDK, packages/anthropic, sanitize-json-schema.ts, read 2026-11-20; taken to hold for the other models behind Converse).
 */
import { isObject, type JsonObject } from '../../unified/json.ts';
import { pruneSchema, type KeywordVerdict } from '../../unified/json-schema.ts';

const NOT_UNDERSTOOD = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'not',
]);
const TEXT_FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** The schema as strict output takes it, and the keywords that were changed, for the report; empty when none were. */
export function toStrictSchema(schema: JsonObject): { schema: JsonObject; changed: string[] } {
  const changed = new Set<string>();
  const { schema: pruned } = pruneSchema(schema, (keyword, value) => {
    const verdict = judge(keyword, value);
    if (verdict !== 'keep') changed.add(keyword);
    return verdict;
  });
  return { schema: close(pruned, changed) as JsonObject, changed: [...changed] };
}

function judge(keyword: string, value: unknown): KeywordVerdict {
  if (NOT_UNDERSTOOD.has(keyword)) return 'remove';
  if (keyword === 'format') return TEXT_FORMATS.has(String(value)) ? 'keep' : 'remove';
  return keyword === 'oneOf' ? { rename: 'anyOf' } : 'keep';
}

/** Objects with `additionalProperties: false`, wherever a schema stands. */
function close(node: unknown, changed: Set<string>): unknown {
  if (!isObject(node)) return node;
  const closed: JsonObject = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions') {
      closed[keyword] = isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner, changed)]))
        : value;
    } else if (keyword === 'anyOf' || keyword === 'allOf') {
      closed[keyword] = Array.isArray(value) ? value.map((inner) => close(inner, changed)) : value;
    } else closed[keyword] = keyword === 'items' ? close(value, changed) : value;
  }
  const isObjectSchema = node.type === 'object' || isObject(node.properties);
  if (!isObjectSchema || node.additionalProperties === false) return closed;
  changed.add('additionalProperties');
  return { ...closed, additionalProperties: false };
}
