/** A judge of JSON Schema that is not ours: @cfworker/json-schema. */
import { Validator } from '@cfworker/json-schema';
import { isObject } from '../../src/lib/json.ts';

/**
 * Checks which values a schema accepts; null = it cannot be checked, since a reference leads nowhere or around. `nullable` is read as
 * OpenAPI means it.
 */
export function judge(schema: unknown): (value: unknown) => boolean | null {
  const given = withTypes(structuredClone(schema)); // the library writes into the schema that it is given
  const validator = new Validator(isObject(given) ? given : { allOf: [given] }, '2020-12');
  return (value) => {
    try {
      return validator.validate(value).valid;
    } catch {
      return null;
    }
  };
}

/** A schema with `nullable` as a type, which JSON Schema knows. */
function withTypes(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withTypes);
  if (!isObject(node)) return node;
  const words = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, withTypes(value)]));
  const { nullable, type, enum: all, ...rest } = words;
  if (nullable !== true || (typeof type !== 'string' && !Array.isArray(type))) return words;
  return {
    ...rest,
    type: [...new Set([...(Array.isArray(type) ? (type as unknown[]) : [type]), 'null'])],
    ...(Array.isArray(all) ? { enum: [...new Set([...(all as unknown[]), null])] } : {}),
  };
}
