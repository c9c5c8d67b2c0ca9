/** JSON Schema as a tree. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { acceptsOnlyObjects, findRecursion, mapSchemas, resolveRef } from '../../../src/dialects/shared/json-schema.ts';

describe('a reference', () => {
  const root = { $defs: { 'a/b': { type: 'string' }, 'c~d': true }, properties: { e: { items: [{ type: 'null' }] } } };

  it.each([
    ['#', root],
    ['#/$defs/a~1b', { type: 'string' }],
    ['#/$defs/c~0d', true],
    ['#/$defs/a~1b/type', 'string'],
    ['#/properties/e/items/0', { type: 'null' }],
    ['#/$defs/%63~0d', true],
    ['#/$defs/none', undefined],
    ['#/constructor', undefined],
    ['https://example.com/schema', undefined],
    ['#anchor', undefined],
    [3, undefined],
  ])('%s', (ref, target) => {
    expect(resolveRef(root, ref)).toEqual(target);
  });
});

describe('a schema that contains itself', () => {
  const node = (more: JsonObject) => ({ type: 'object', properties: { next: { $ref: '#' } }, ...more });

  it.each<[string, JsonObject, string | null, string | null]>([
    ['none', { properties: { a: { $ref: '#/$defs/a' }, b: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } }, null, null],
    ['in a property that may be left out', node({}), '#', null],
    ['in a property that must be there', node({ required: ['next'] }), '#', '#'],
    [
      'over two definitions',
      { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } },
      '#/$defs/a',
      '#/$defs/a',
    ],
    [
      'further down',
      { properties: { a: { properties: { b: { $ref: '#/$defs/c' } } } }, $defs: { c: { items: { $ref: '#/$defs/c' } } } },
      '#/$defs/c',
      '#/$defs/c',
    ],
    ['a definition that is not used', { $defs: { a: { $ref: '#/$defs/a' } } }, null, null],
    ['a name that is no keyword', { properties: { properties: { $ref: '#/$defs/a' } }, $defs: { a: {} } }, null, null],
  ])('%s', (_, schema, found, foundBeyondOptional) => {
    expect([findRecursion(schema), findRecursion(schema, true)]).toEqual([found, foundBeyondOptional]);
  });

  it('is reported a chain of references that is longer than the stack', () => {
    const $defs = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }]));
    expect(findRecursion({ $ref: '#/$defs/d0', $defs })).toMatch(/^#/);
  });
});

describe('the schemas in a keyword', () => {
  const seen = (keyword: string, value: unknown) => {
    const steps: string[] = [];
    mapSchemas(keyword, value, (_, step) => steps.push(step));
    return steps;
  };

  it('stand alone, in lists and by name; elsewhere stand none', () => {
    expect([seen('items', {}), seen('items', [{}, {}]), seen('anyOf', [{}]), seen('properties', { 'a/b': {}, c: {} })]).toEqual([
      [''],
      ['/0', '/1'],
      ['/0'],
      ['/a~1b', '/c'],
    ]);
    expect([seen('default', {}), seen('enum', [{}]), seen('const', {}), seen('required', ['a'])]).toEqual([[], [], [], []]);
  });
});

it.each<[JsonObject, boolean]>([
  [{ type: 'object' }, true],
  [{ type: ['object', 'null'] }, false],
  [{}, false],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'object' } } }, true],
  [{ anyOf: [{ type: 'object' }, { type: 'object' }] }, true],
  [{ oneOf: [{ type: 'object' }, { type: 'string' }] }, false],
  [{ allOf: [{ type: 'object' }, {}] }, true],
  [{ $ref: '#' }, false],
])('%j accepts only objects: %s', (schema, only) => {
  expect(acceptsOnlyObjects(schema, schema)).toBe(only);
});
