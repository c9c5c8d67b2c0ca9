import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandFields, shareFields } from '../../src/registry/shared-fields.ts';

const expanded = (values: readonly unknown[]) => {
  const { texts, fields } = shareFields(values);
  return texts.map((text) => JSON.parse(expandFields(text, fields)) as unknown);
};

describe('shareFields', () => {
  it('writes a field of several values once, also within another one', () => {
    const range = { type: 'number', min: 0 };
    const written = shareFields([{ temperature: range, a: 1 }, { temperature: range }, { top_p: range }]);
    expect(written.texts).toEqual(['{~0,"a":1}', '{~0}', '{"top_p":{~1,"min":0}}']);
    expect(written.fields).toEqual(['"temperature":{~1,"min":0}', '"type":"number"']);
  });

  it('keeps every value, whatever its texts and names are', () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom('~', '0', 'a', '"', '\\', ',', '{', '\n', '\u00e9') }), fc.string());
    const name = text.filter((one) => one !== '__proto__');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.constant(null), fc.array(tie('value')), tie('object')),
      object: fc.dictionary(fc.oneof(fc.constantFrom('minimum', 'parameters', '~1'), name), tie('value')),
    }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const twice = [...values, ...values];
        expect(expanded(twice)).toEqual(JSON.parse(JSON.stringify(twice)));
      }),
    );
  });
});
