/** Schemas of tools whose arguments have to be one object. */
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../../../src/dialects/index.ts';
import { asObject } from '../../../src/dialects/shared/tool-schema.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { rendered } from '../render-input.ts';

const properties = { a: { type: 'integer' } };

describe('asObject', () => {
  it.each<readonly [JsonObject, JsonObject]>([
    [{ properties }, { type: 'object', properties }],
    [
      { type: 'object', properties },
      { type: 'object', properties },
    ],
    [
      { type: ['object', 'null'], properties },
      { type: 'object', properties },
    ],
    [{ type: ['null', 'object'] }, { type: 'object' }],
    [
      { type: 'object', nullable: true, properties },
      { type: 'object', properties },
    ],
    [{ type: 'string' }, { type: 'string' }],
  ])('makes of %j %j', (given, schema) => {
    expect(asObject(given)).toEqual(schema);
  });
});

describe.each(['anthropic', 'bedrock'])('a tool at %s', (name) => {
  it.each([true, false])('has an object as its arguments where null is allowed beside it (strict: %s)', (strict) => {
    for (const parameters of [
      { type: ['object', 'null'], properties, required: ['a'], additionalProperties: false },
      { type: 'object', nullable: true, properties, required: ['a'], additionalProperties: false },
    ]) {
      const tools = [{ type: 'function', function: { name: 'look', parameters, strict } }];
      const body = JSON.stringify(rendered(upstreamDialect(name), { parameters: { tools } }).body);
      expect(body).toContain('{"type":"object","properties"');
      expect(body).not.toContain('null');
    }
  });
});
