/** Values that a published description allows, made at random. */
import * as fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

/** Deeper than this, optional fields and further entries are left out. */
const MAX_DEPTH = 5;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values of a schema. @param named the schemas of the description by name. */
export function valuesOf(schema: unknown, named: Readonly<Record<string, Fields>>, depth = 0): fc.Arbitrary<unknown> {
  if (!isFields(schema)) return fc.constantFrom<unknown>('a', 1, null, {});
  const inner = (one: unknown) => valuesOf(one, named, depth + 1);
  const { $ref: ref, allOf, oneOf, anyOf = oneOf, enum: listed, const: only, nullable } = schema;
  if (nullable === true) return fc.oneof({ weight: 5, arbitrary: inner({ ...schema, nullable: false }) }, fc.constant(null));
  // A schema without end has no smaller value: a text in its place is one more wrong value.
  if (depth > 3 * MAX_DEPTH) return fc.constant('a');
  if (typeof ref === 'string') return inner(named[ref.replace(/^.*\//, '')]);
  if (Array.isArray(listed)) return fc.constantFrom<unknown>(...(listed as unknown[]));
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(allOf)) {
    const own = 'properties' in schema ? [{ ...schema, allOf: undefined }] : [];
    return fc
      .tuple(...[...(allOf as unknown[]), ...own].filter((part) => !isFields(part) || Object.keys(part).length > 0).map(inner))
      .map((parts) => {
        const last = parts.at(-1);
        return parts.every(isFields) ? Object.assign({}, ...parts) : last;
      });
  }
  if (Array.isArray(anyOf) && anyOf.length > 0) return fc.oneof(...(anyOf as unknown[]).map(inner));
  const type = Array.isArray(schema['type']) ? fc.constantFrom(...(schema['type'] as string[])) : fc.constant(schema['type'] ?? 'object');
  return type.chain((one) => plainValues(String(one), schema, { inner, isDeep: depth > MAX_DEPTH }));
}

type Inside = { inner: (schema: unknown) => fc.Arbitrary<unknown>; isDeep: boolean };

function plainValues(type: string, schema: Fields, { inner, isDeep }: Inside): fc.Arbitrary<unknown> {
  const numberAt = (name: string, otherwise: number) => (typeof schema[name] === 'number' ? schema[name] : otherwise);
  switch (type) {
    case 'string': {
      const least = numberAt('minLength', 0);
      return fc
        .constantFrom('a', 'Some words.', 'https://a.example/b', 'data:image/png;base64,AAAA')
        .map((text) => text.padEnd(least, 'x'));
    }
    case 'integer':
    case 'number': {
      const [min, max] = [Math.ceil(numberAt('minimum', 0)), Math.floor(numberAt('maximum', 1))];
      return fc.integer({ min, max: Math.max(min, max) });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema['items'] ?? {}), { minLength: Math.min(1, numberAt('maxItems', 1)), maxLength: isDeep ? 1 : 2 });
    default: {
      const properties = isFields(schema['properties']) ? schema['properties'] : {};
      const required = Array.isArray(schema['required']) ? (schema['required'] as string[]).filter((name) => name in properties) : [];
      const names = isDeep ? required : Object.keys(properties);
      return fc.record(Object.fromEntries(names.map((name) => [name, inner(properties[name])])), { requiredKeys: required });
    }
  }
}
