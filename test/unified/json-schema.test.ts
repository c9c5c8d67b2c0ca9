/** Schemas made fit for hosts that understand part of the language. */
import { describe, expect, it } from 'vitest';
import { pruneSchema } from '../../src/unified/json-schema.ts';

const withoutLengths = (schema: object) => pruneSchema(schema as never, (keyword) => (keyword === 'minLength' ? 'remove' : 'keep'));

describe('a pruned schema', () => {
  it('loses a keyword wherever a schema stands, and says so once', () => {
    const word = { type: 'string', minLength: 1 };
    const { schema, removed } = withoutLengths({
      properties: { a: word, b: { type: 'array', items: word }, c: { anyOf: [word, { type: 'null' }] } },
      $defs: { d: word },
      additionalProperties: word,
    });
    expect(JSON.stringify(schema)).not.toContain('minLength');
    expect(schema).toMatchObject({ properties: { b: { items: { type: 'string' } } } });
    expect(removed).toEqual(['minLength']);
  });

  it('keeps properties that are called like keywords, and values that look like schemas', () => {
    const given = {
      properties: { minLength: { type: 'integer' } },
      default: { minLength: 3 },
      enum: [{ minLength: 3 }],
      const: { minLength: 1 },
    };
    expect(withoutLengths(given)).toEqual({ schema: given, removed: [] });
  });

  it('can have keywords renamed and replaced', () => {
    const { schema } = pruneSchema({ oneOf: [{ oneOf: [true] }], title: 'x' }, (keyword) =>
      keyword === 'oneOf' ? { rename: 'anyOf' } : keyword === 'title' ? { replace: 'y' } : 'keep',
    );
    expect(schema).toEqual({ anyOf: [{ anyOf: [true] }], title: 'y' });
  });

  it('is made without touching the one that was given', () => {
    const given = Object.freeze({ minLength: 1, items: Object.freeze({ minLength: 2 }) });
    withoutLengths(given);
    expect(given.items.minLength).toBe(2);
  });
});
