import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { parseWithArguments } from '../../src/lib/exact-json.ts';

/** The same value with the fields of each object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => [name, shuffled(entry)]);
  return Object.fromEntries(entries.reverse());
}

const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('canonicalJson', () => {
  it('is the same for equal values, and is JSON of the value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(JSON.parse(String(text))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out what is undefined, and keeps the digits of numbers', () => {
    expect(canonicalJson({ b: undefined, a: [1, null] })).toBe('{"a":[1,null]}');
    expect(canonicalJson(parseWithArguments('{"input":{"id":2512292042121000001,"x":1.0}}'))).toBe(
      '{"input":{"id":2512292042121000001,"x":1.0}}',
    );
  });

  it('is null for a text above the limit', () => {
    fc.assert(
      fc.property(json, (value) => {
        const { length } = String(canonicalJson(value));
        expect(canonicalJson(value, length)).not.toBeNull();
        expect(canonicalJson(value, length - 1)).toBeNull();
      }),
    );
  });
});
