/** JSON Schemas made at random, and values that they may or may not accept. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/lib/json.ts';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

/** Without what is undefined. */
const words = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc.record(model).map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));

const small = fc.integer({ min: -1, max: 3 });
const texts = fc.constantFrom('', 'a', 'aa', 'b', '2026-11-30');
const named = fc.oneof(texts, small, fc.boolean(), fc.constant(null));

const textSchema = words({
  type: fc.constant('string'),
  minLength: optional(fc.integer({ min: 0, max: 2 })),
  maxLength: optional(fc.integer({ min: 0, max: 3 })),
  pattern: optional(fc.constantFrom('^a+$', 'b', '^(?=a)', '^[0-9]{4}-')),
  format: optional(fc.constantFrom('date', 'email', 'uuid')),
  nullable: optional(fc.boolean()),
});
const numberSchema = words({
  type: fc.constantFrom('integer', 'number'),
  minimum: optional(fc.constantFrom(0, 1, Number.MIN_SAFE_INTEGER)),
  maximum: optional(fc.constantFrom(1, 2, Number.MAX_SAFE_INTEGER)),
  exclusiveMinimum: optional(small),
  exclusiveMaximum: optional(small),
  multipleOf: optional(fc.constantFrom(1, 2)),
  nullable: optional(fc.boolean()),
});
const namedSchema = fc.oneof(
  words({ enum: fc.uniqueArray(named, { minLength: 1, maxLength: 3 }), title: optional(fc.constant('Title')) }),
  words({ const: named, description: optional(fc.constant('About')) }),
  words({ type: fc.constant(['string', 'null']), enum: fc.constant(['a', null]) }),
);

const { schema: withTimeout } = fc.letrec<{ schema: JsonObject }>((tie) => {
  const inner = fc.oneof({ maxDepth: 3, depthIdentifier: 'schema' }, textSchema, tie('schema'));
  const list = fc.array(inner, { minLength: 1, maxLength: 3 });
  const named = fc.dictionary(fc.constantFrom('a', 'b', 'c'), inner, { maxKeys: 3 });
  const ref = words({
    $ref: fc.constantFrom('#/$defs/x', '#/$defs/y', '#/definitions/z', '#', '#/$defs/x/items'),
    description: optional(fc.constant('About')),
    minItems: optional(fc.constant(1)),
    type: optional(fc.constant('object')),
  });
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'schema' },
      textSchema,
      numberSchema,
      namedSchema,
      words({
        type: fc.constantFrom('object', 'object', ['object', 'null'], undefined),
        properties: named,
        required: optional(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 })),
        additionalProperties: fc.oneof(fc.constant(undefined), fc.boolean(), fc.constant(false), inner),
        unevaluatedProperties: optional(fc.constant(false)),
        patternProperties: optional(fc.dictionary(fc.constantFrom('^a', '^[bc]$'), inner, { minKeys: 1, maxKeys: 2 })),
        minProperties: optional(fc.constantFrom(0, 1)),
        nullable: optional(fc.boolean()),
      }),
      words({ type: fc.constant('object'), additionalProperties: inner, propertyNames: optional(fc.constant({ type: 'string' })) }),
      words({
        type: fc.constant('array'),
        items: optional(inner),
        prefixItems: optional(list),
        minItems: optional(fc.constantFrom(0, 1, 2)),
        maxItems: optional(fc.constantFrom(1, 2)),
        uniqueItems: optional(fc.boolean()),
        contains: optional(inner),
        minContains: optional(fc.constantFrom(0, 1)),
      }),
      words({ anyOf: list, title: optional(fc.constant('Title')), type: optional(fc.constant('object')) }),
      words({ oneOf: list }),
      words({
        allOf: list,
        unevaluatedProperties: optional(fc.constant(false)),
        description: optional(fc.constant('About')),
        properties: optional(named),
        type: optional(fc.constant('object')),
      }),
      words({ not: inner }),
      ref,
      fc.constantFrom<JsonObject>({}, { type: 'boolean' }, { type: 'null' }),
    ),
  };
});

/** Of an object that says what it has, as most clients ask for: many are taken natively. */
const plain = fc.letrec<{ schema: JsonObject }>((tie) => {
  const inner = fc.oneof({ maxDepth: 2, depthIdentifier: 'plain' }, textSchema, numberSchema, namedSchema, tie('schema'));
  return {
    schema: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'plain' },
      fc.constantFrom<JsonObject>({ type: 'string' }, { type: 'boolean' }, { type: 'integer' }, { $ref: '#/$defs/x' }),
      fc
        .dictionary(fc.constantFrom('a', 'b'), inner, { minKeys: 1 })
        .map((properties) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })),
      inner.map((items) => ({ type: 'array', items })),
      fc.tuple(inner, inner).map((oneOf) => ({ oneOf })),
    ),
  };
}).schema;

/** A schema of an answer. */
export const schemas: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.oneof(withTimeout, plain), fc.oneof(plain, textSchema), withTimeout, fc.boolean())
  .map(([schema, x, z, isObject]) => ({
    ...(isObject ? { type: 'object', properties: { a: schema }, required: ['a'], additionalProperties: false } : schema),
    $defs: { x, y: { type: 'object', properties: { a: { $ref: '#/$defs/x' } }, required: ['a'], additionalProperties: false } },
    ...(JSON.stringify(schema).includes('definitions') ? { definitions: { z } } : {}),
  }));

/** Values for such schemas. */
export const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'value' },
    fc.constantFrom<unknown>(null, true, '', 'a', 'aa', 'b', '2026-11-30', -1, 0, 1, 2, 0.5),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;
