/** The description of each check is the one that zod makes, with the words of lists and maps in it. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { jsonSchemaOf } from '../../../src/unified/request/json-schema.ts';
import { shapeOf } from '../../../src/unified/request/list.ts';
import { MESSAGES, PROMPT } from '../../../src/unified/request/message.ts';
import { PARAMETERS } from '../../../src/unified/request/parameters.ts';
import { ROUTER_CHECKS } from '../../../src/unified/request/request.ts';

function schemaOfZod(check: z.ZodMiniType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(check, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) =>
      void Object.assign(jsonSchema, shapeOf(zodSchema) === undefined ? {} : jsonSchemaOf(zodSchema as unknown as z.ZodMiniType)),
  });
  return schema;
}

const PARTS = Object.values(PARAMETERS).flatMap((all) => Object.entries(all).map(([name, { schema }]) => [name, schema] as const));
const CHECKS: (readonly [string, () => z.ZodMiniType])[] = [
  ...PARTS,
  ...Object.entries(ROUTER_CHECKS),
  ['messages', MESSAGES],
  ['prompt', PROMPT],
  ['a limit of its own', () => z.strictObject({ a: z.nullable(z.string().check(z.regex(/^a+$/))), b: z.optional(z.array(z.int())) })],
];

/** The checks within a check that zod describes by itself: entries of lists and maps. */
function entriesOf(check: object): z.ZodMiniType[] {
  const shape = shapeOf(check);
  if (shape === undefined) return [];
  const entry = 'list' in shape ? shape.list() : 'map' in shape ? shape.map() : shape.like();
  return [entry, ...entriesOf(entry)];
}

describe('jsonSchemaOf', () => {
  it.each(CHECKS)('describes %s as zod does', (_, check) => {
    for (const one of [check(), ...entriesOf(check())]) expect(JSON.stringify(jsonSchemaOf(one))).toBe(JSON.stringify(schemaOfZod(one)));
  });

  it('refuses a kind of check that it cannot describe', () => {
    expect(() => jsonSchemaOf(z.date())).toThrow('a check of type date has no description');
  });
});
