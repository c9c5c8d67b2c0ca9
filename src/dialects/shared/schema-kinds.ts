/**
 * Which values the words of a JSON Schema can accept at all, from their types and the values they name: enough to detect that two
 * schemas have none in common. Where the keywords do not show it, they may have some.
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { resolveRef } from './json-schema.ts';

const KINDS = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
type Kind = (typeof KINDS)[number];

/** Whether no value is accepted by two of these schemas: `oneOf` and `anyOf` then mean the same. */
export function areDisjoint(schemas: readonly unknown[], root: unknown): boolean {
  // More branches than that are not compared with one another.
  if (schemas.length > 100) return false;
  const read = schemas.map((schema) => follow(schema, root));
  return read.every((one, index) => read.slice(index + 1).every((other) => haveNoneInCommon(one, other, root)));
}

/** What a chain of references ends at. */
function follow(schema: unknown, root: unknown): unknown {
  let found = schema;
  for (let steps = 0; isObject(found) && found.$ref !== undefined && found.type === undefined && steps < 16; steps++)
    found = resolveRef(root, found.$ref);
  return found;
}

function haveNoneInCommon(one: unknown, other: unknown, root: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false;
  const shared = kindsOf(one).filter((kind) => kindsOf(other).includes(kind));
  if (shared.length === 0 || haveOtherValues(one, other)) return true;
  return shared.length === 1 && shared[0] === 'object' && differInProperty(one, other, root);
}

/** Both name their values, and name no value in common. */
function haveOtherValues(one: SchemaObject, other: SchemaObject): boolean {
  const [values, others] = [valuesOf(one), valuesOf(other)];
  return values !== null && others !== null && !values.some((value) => others.includes(value));
}

/** Objects that are distinguished by the value of a property that both must have, e.g. `type`. */
function differInProperty(one: SchemaObject, other: SchemaObject, root: unknown): boolean {
  const { required, properties } = one;
  const { required: alsoRequired, properties: otherProperties } = other;
  if (!Array.isArray(required) || !Array.isArray(alsoRequired) || !isObject(properties) || !isObject(otherProperties)) return false;
  return required.some((name) => {
    if (typeof name !== 'string' || !alsoRequired.includes(name)) return false;
    if (!Object.hasOwn(properties, name) || !Object.hasOwn(otherProperties, name)) return false;
    const [value, otherValue] = [follow(properties[name], root), follow(otherProperties[name], root)];
    return isObject(value) && isObject(otherValue) && haveOtherValues(value, otherValue);
  });
}

/** The values that a schema names, each as JSON; null = it names none, or too many to compare. */
function valuesOf({ const: only, enum: all }: SchemaObject): string[] | null {
  if (only !== undefined) return [JSON.stringify(only)];
  return Array.isArray(all) && all.length <= 1000 ? all.map((value) => JSON.stringify(value)) : null;
}

/** The types of the values that a schema can accept. */
function kindsOf(schema: SchemaObject): readonly Kind[] {
  const { type, const: only, enum: all } = schema;
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type : null;
  const byType = types === null ? KINDS : KINDS.filter((kind) => types.includes(kind) || (kind === 'number' && types.includes('integer')));
  if (only === undefined && !Array.isArray(all)) return schema.nullable === true ? [...byType, 'null'] : byType;
  const named = new Set((Array.isArray(all) ? all : [only]).map(kindOf));
  return byType.filter((kind) => named.has(kind));
}

/** The JSON type of a value. */
export function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}
