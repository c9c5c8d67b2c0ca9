/**
 * Converts JSON Schema for Cohere's structured outputs and strict tools. Source: docs.cohere.com/docs/structured-outputs, sections "Schema
 * constraints" and "Unsupported schema features" (text of 2025-11-08, read 2026-11-30). No limits of references are known.
 */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { schemaFor, type SchemaFor, type Subset } from '../shared/schema-subset.ts';

const FORMATS = new Set(['date-time', 'uuid', 'date', 'time']);

/** "additionalProperties does not enforce required, dependencies, propertyNames, anyOf, allOf, oneOf". */
const NOT_ENFORCED = ['required', 'dependencies', 'propertyNames', 'anyOf', 'allOf', 'oneOf'];

const COHERE: Subset = {
  keywords: {
    type: true,
    enum: true,
    const: (value) => !isObject(value) && !Array.isArray(value),
    properties: true,
    // "Every object in the schema must have at least one required field specified"
    required: (names) => Array.isArray(names) && names.length > 0,
    additionalProperties: (value) => !isObject(value) || !NOT_ENFORCED.some((keyword) => value[keyword] !== undefined),
    items: (items) => !Array.isArray(items),
    anyOf: true,
    $ref: true,
    $defs: true,
    definitions: true,
    format: (name) => FORMATS.has(String(name)),
    pattern: (pattern) => typeof pattern === 'string' && !/[\^$]|\(\?[=!]/.test(pattern),
  },
  keepsNotes: true,
  recursion: 'anywhere',
};

/** Returns the schema for structured output. */
export function toCohereSchema(schema: JsonObject): SchemaFor {
  const found = schemaFor(schema, COHERE);
  if (found.as === 'other') return found;
  if (found.schema['type'] !== 'object') return { as: 'other', why: 'a schema that is not of type object' };
  return hasEmptyObject(found.schema) ? { as: 'other', why: 'an object without a required property' } : found;
}

/** True when an object in a schema requires no property. Objects without properties do not count. */
function hasEmptyObject(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasEmptyObject);
  if (!isObject(node)) return false;
  const { properties, type, required } = node;
  if (isObject(properties) && Object.keys(properties).length > 0 && type === 'object' && required === undefined) return true;
  return Object.entries(node).some(
    ([keyword, value]) => !['enum', 'const', 'default', 'examples'].includes(keyword) && hasEmptyObject(value),
  );
}
