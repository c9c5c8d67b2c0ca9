/**
 * What strict output understands of JSON Schema: which words go, and that objects are closed (Vercel AI SDK, packages/anthropic,
 * sanitize-json-schema.ts, read 2026-11-20). What is done about it, and how it is told, each format says itself.
 */
import { isObject, type JsonObject } from './json.ts';

/** Keywords that are not understood. */
export const NOT_UNDERSTOOD = new Set([
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
/** The formats of texts that are. */
export const TEXT_FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** Keywords under which schemas stand by name, and those under which they stand in a list. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf', 'prefixItems']);

/** Objects with `additionalProperties: false`, wherever a schema stands. @param closing counts those that were open. */
export function closeObjects(node: unknown, closing: { count: number }): unknown {
  if (!isObject(node)) return node;
  const closed: JsonObject = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (MAPS.has(keyword) && isObject(value)) {
      closed[keyword] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closeObjects(inner, closing)]));
    } else if (LISTS.has(keyword) && Array.isArray(value)) closed[keyword] = value.map((inner) => closeObjects(inner, closing));
    else closed[keyword] = keyword === 'items' ? closeObjects(value, closing) : value;
  }
  const isObjectSchema = node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object')) || isObject(node.properties);
  if (!isObjectSchema || node.additionalProperties === false) return closed;
  closing.count++;
  return { ...closed, additionalProperties: false };
}
