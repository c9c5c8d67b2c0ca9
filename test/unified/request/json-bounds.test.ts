/** What a JSON text may hold is counted before it is parsed. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkJsonBounds,
  MAX_FIELD_NAME,
  MAX_FIELDS,
  MAX_OBJECT_FIELDS,
  MAX_STRUCTURES,
  MAX_VALUES,
} from '../../../src/unified/request/json-bounds.ts';

/** How many values there are in a value, itself included; an empty object or list counts twice, for what it could hold. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const entries: unknown[] = Object.values(value);
  return (
    1 +
    Math.max(
      1,
      entries.map(countValues).reduce((sum, count) => sum + count, 0),
    )
  );
}

const list = (entry: string, count: number) => `[${Array.from({ length: count }, () => entry).join(',')}]`;
const object = (count: number, first = 0) => `{${Array.from({ length: count }, (_, index) => `"k${first + index}":0`).join(',')}}`;

describe('checkJsonBounds', () => {
  it('counts the values of any JSON, with any texts and spacing', () => {
    const text = fc.oneof(fc.constantFrom('"', '\\', '\\"', '[[,', '{"a":', '\\\\'), fc.string());
    const value = fc.letrec((tie) => ({
      value: fc.oneof(text, fc.integer(), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(text, tie('value'), { maxKeys: 4 })),
    })).value;
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (drawn, spaces) => {
        expect(checkJsonBounds(JSON.stringify(drawn, null, spaces)).values).toBe(countValues(drawn));
      }),
      { seed: 20_261_130, numRuns: 1000 },
    );
  });

  it.each(['9007199254740993', '-9007199254740993', '1e999', '-1.5E+308', '12.5e100', '[0,1e400]', '{"a":1234567890123456}'])(
    'reports %s as a long number, except inside texts',
    (number) => {
      expect(checkJsonBounds(`{"tools":[0.5,${number},7]}`)).toMatchObject({ hasLong: true });
      expect(checkJsonBounds(JSON.stringify({ text: `:${number}`, n: [1.25, -3, 1e21, 123456789012345] }))).toMatchObject({
        hasLong: false,
      });
    },
  );

  it('accepts token ids for a context of two million tokens, 10,000 messages and one text of 20 MB', () => {
    expect(checkJsonBounds(`{"prompt":${list('100000', 2_000_000)}}`).values).toBeGreaterThan(2_000_000);
    checkJsonBounds(`{"messages":${list('{"role":"user","content":[{"type":"text","text":"hello"}]}', 10_000)}}`);
    checkJsonBounds(`{"messages":[{"role":"user","content":"${'\\n\\"'.repeat(5 * 2 ** 20)}"}]}`);
  });

  it.each([
    ['values', MAX_VALUES, `{"a":1,"prompt":${list('0', MAX_VALUES)}}`, 'prompt'],
    ['objects and lists', MAX_STRUCTURES, `{"x":${list('[]', MAX_STRUCTURES)}}`, 'x'],
    ['objects and lists', MAX_STRUCTURES, `{"x":${list('{}', MAX_STRUCTURES)},"y":0}`, 'x'],
    ['levels of nesting', 1000, `{"deep":${'['.repeat(100_000)}`, 'deep'],
    ['fields', MAX_FIELDS, `{"y":[${Array.from({ length: 51 }, (_, index) => object(MAX_OBJECT_FIELDS, index)).join(',')}]}`, 'y'],
    ['fields in one object', MAX_OBJECT_FIELDS, `{"z":${object(MAX_OBJECT_FIELDS + 1)}}`, 'z'],
    ['characters in the name of a field', MAX_FIELD_NAME, `{"m":{"${'n'.repeat(MAX_FIELD_NAME + 1)}":1}}`, 'm'],
  ])('rejects more %s than %i, and names the field', (what, limit, text, param) => {
    expect(() => checkJsonBounds(text)).toThrow(
      expect.objectContaining({
        status: 400,
        message: `${param}: the request body has more than ${limit} ${what}, the maximum of one request.`,
        details: expect.objectContaining({ param }),
      }),
    );
  });

  it('rejects a text that is not JSON, before it is parsed', () => {
    expect(() => checkJsonBounds(`[${'[],'.repeat(MAX_STRUCTURES)}`)).toThrow('objects and lists');
    expect(checkJsonBounds('"no end \\"').values).toBe(1);
    expect(checkJsonBounds(']]}}').values).toBe(1);
  });
});
