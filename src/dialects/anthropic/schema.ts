/**
 * JSON Schemas for structured output and strict tools: words that are not understood there go, objects are closed
 * (Vercel AI SDK, packages/anthropic, sanitize-json-schema.ts, read 2026-11-20). What was changed is reported.
 */
import { isObject, type JsonObject } from '../../unified/json.ts';
import { pruneSchema, type KeywordVerdict } from '../../unified/json-schema.ts';
import type { Notes } from './notes.ts';

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

/** Keywords under which schemas stand by name, and those under which they stand in a list. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf', 'prefixItems']);

/** The schema as the host takes it. @param param where it stands, for the report. */
export function toStrictSchema(schema: JsonObject, param: string, notes: Notes): JsonObject {
  let isRenamed = false;
  const { schema: pruned, removed } = pruneSchema(schema, (keyword, value, parent): KeywordVerdict => {
    if (NOT_UNDERSTOOD.has(keyword)) return 'remove';
    if (keyword === 'format') return TEXT_FORMATS.has(String(value)) ? 'keep' : 'remove';
    // An object that is open in words loses them here and is closed below.
    if (keyword === 'additionalProperties') return value === false ? 'keep' : 'remove';
    if (keyword !== 'oneOf') return 'keep';
    if (parent.anyOf !== undefined) return 'remove'; // its place is taken
    isRenamed = true;
    return { rename: 'anyOf' };
  });
  const closing = { count: 0 };
  const closed = close(pruned, closing) as JsonObject;
  if (removed.length > 0) notes.add(param, 'dropped', `this host does not hold to these keywords of a schema: ${removed.join(', ')}`);
  if (isRenamed) notes.add(param, 'renamed', 'this host knows no oneOf', { from: 'oneOf', to: 'anyOf' });
  if (closing.count > 0) notes.add(param, 'defaulted', 'this host wants additionalProperties: false in every object', { to: false });
  return closed;
}

/** Objects with `additionalProperties: false`, wherever a schema stands. */
function close(node: unknown, closing: { count: number }): unknown {
  if (!isObject(node)) return node;
  const closed: JsonObject = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (MAPS.has(keyword) && isObject(value)) {
      closed[keyword] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner, closing)]));
    } else if (LISTS.has(keyword) && Array.isArray(value)) closed[keyword] = value.map((inner) => close(inner, closing));
    else closed[keyword] = keyword === 'items' ? close(value, closing) : value;
  }
  const isObjectSchema = node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object')) || isObject(node.properties);
  if (!isObjectSchema || node.additionalProperties === false) return closed;
  closing.count++;
  return { ...closed, additionalProperties: false };
}
