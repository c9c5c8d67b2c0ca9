/** Describes the checks of a request as JSON Schema (2020-12), made from the checks themselves: the two cannot differ. */
import * as z from 'zod/mini';
import type { JsonObject } from '../../lib/json.ts';
import { shapeOf } from './list.ts';
import { PARAMETERS, type Operation } from './parameters.ts';
import { ROUTER_CHECKS } from './request.ts';

/** The schema of a check. What a schema cannot state, such as text without lone surrogates, is left out. */
export function jsonSchemaOf(check: z.ZodMiniType): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(check, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => void Object.assign(jsonSchema, describeShape(zodSchema)),
  });
  return schema as JsonObject;
}

/** Words for a list or a map; none for anything else. */
function describeShape(schema: object): JsonObject {
  const shape = shapeOf(schema);
  if (shape === undefined) return {};
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
