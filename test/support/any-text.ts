import * as fc from 'fast-check';

const codePoint = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
  { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xd7_ff }) },
  { weight: 2, arbitrary: fc.integer({ min: 0xe0_00, max: 0x10_ff_ff }) },
);

/** Text of any code points but halves of surrogate pairs, as `fc.string({ unit: 'binary' })`, which takes a second to build its tables. */
export function anyText(lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, lengths).map((codePoints) => String.fromCodePoint(...codePoints));
}
