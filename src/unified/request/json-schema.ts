/**
 * Describes the checks of a request as JSON Schema (2020-12), made from the checks themselves: the two cannot differ. Knows the kinds of check
 * that are used here; zod's own description, to which a test holds it, would be 20 KB more that every start reads.
 */
import type * as z from 'zod/mini';
import type { JsonObject } from '../../lib/json.ts';
import { shapeOf, type Shape } from './list.ts';
import { PARAMETERS, type Operation } from './parameters.ts';
import { ROUTER_CHECKS } from './request.ts';

/** The schema of a check. What a schema cannot state, such as text without lone surrogates, is left out. */
export function jsonSchemaOf(check: z.core.$ZodType): JsonObject {
  const shape = shapeOf(check);
  if (shape !== undefined) return describeShape(shape);
  const { def } = (check as z.core.$ZodTypes)._zod; // every check of zod is one of these
  switch (def.type) {
    case 'unknown':
      return {};
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string', ...describeLimits(def) };
    case 'number':
      return { type: 'check' in def ? 'integer' : 'number', ...describeLimits(def) };
    case 'enum':
      return { type: 'string', enum: Object.values(def.entries) };
    case 'literal':
      return { type: typeof def.values[0], const: def.values[0] };
    case 'array':
      return { type: 'array', items: jsonSchemaOf(def.element) };
    case 'record':
      return { type: 'object', propertyNames: jsonSchemaOf(def.keyType), additionalProperties: jsonSchemaOf(def.valueType) };
    case 'union':
      return { ['discriminator' in def ? 'oneOf' : 'anyOf']: def.options.map(jsonSchemaOf) };
    case 'optional':
      return jsonSchemaOf(def.innerType);
    case 'nullable':
      return orNull(jsonSchemaOf(def.innerType));
    case 'object':
      return describeObject(def);
    default:
      throw new Error(`a check of type ${def.type} has no description`);
  }
}

function describeObject({ shape, catchall }: z.core.$ZodObjectDef): JsonObject {
  const fields = Object.entries(shape);
  const required = fields.flatMap(([name, field]) => (field._zod.optin === undefined ? [name] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, jsonSchemaOf(field)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: catchall?._zod.def.type === 'never' ? false : {},
  };
}

/** A schema of a type alone gets a second type. */
const orNull = (schema: JsonObject): JsonObject =>
  Object.keys(schema).join() === 'type' ? { type: [schema['type'], 'null'] } : { anyOf: [schema, { type: 'null' }] };

/** Limits of a text or a number, and the form of a text. A whole number is one that a double can hold. */
function describeLimits(def: z.core.$ZodTypeDef): JsonObject {
  const limits: JsonObject = 'check' in def ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } : {};
  for (const check of def.checks ?? []) {
    const one = (check as z.core.$ZodChecks)._zod.def; // every check of zod is one of these; our own have another name
    if (one.check === 'min_length') limits['minLength'] = one.minimum;
    if (one.check === 'max_length') limits['maxLength'] = one.maximum;
    if (one.check === 'greater_than') limits['minimum'] = one.value;
    if (one.check === 'less_than') limits['maximum'] = one.value;
    if (one.check === 'string_format') limits['pattern'] = one.pattern?.source;
  }
  return limits;
}

/** Words for a list or a map. */
function describeShape(shape: Shape): JsonObject {
  if ('like' in shape) return jsonSchemaOf(shape.like());
  if ('list' in shape) {
    const { list, least = 0, most } = shape;
    return {
      type: 'array',
      items: jsonSchemaOf(list()),
      ...(least === 0 ? {} : { minItems: least }),
      ...(most === Infinity ? {} : { maxItems: most }),
    };
  }
  const { map, most, longestKey, key } = shape;
  const names = { ...(longestKey === undefined ? {} : { maxLength: longestKey }), ...(key === undefined ? {} : { pattern: key.source }) };
  return {
    type: 'object',
    additionalProperties: jsonSchemaOf(map()),
    ...(Object.keys(names).length === 0 ? {} : { propertyNames: names }),
    ...(most === undefined ? {} : { maxProperties: most }),
  };
}

/** The schemas of all fields of a request by their unified names, except its input. A null counts as not sent. */
export function fieldSchemas(operation: Operation): Record<string, JsonObject> {
  const checks: [string, () => z.ZodMiniType][] = [
    ...Object.entries(ROUTER_CHECKS),
    ...Object.entries(PARAMETERS[operation]).map(([name, { schema }]): [string, () => z.ZodMiniType] => [name, schema]),
  ];
  return Object.fromEntries(checks.map(([name, check]) => [name, { anyOf: [jsonSchemaOf(check()), { type: 'null' }] }]));
}
