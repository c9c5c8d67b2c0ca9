import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCustomInputDecoder } from '../../src/stream/custom-input.ts';
import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';

function decode(...pieces: string[]): string[] {
  const decoder = createCustomInputDecoder(UNLIMITED);
  return [...pieces.map((piece) => decoder.push(piece)), decoder.end()];
}

const unit = fc.oneof(
  fc.constantFrom('"', '\\', '\n', 'a', '}', ',', 'é', '\u{1f600}', '\ud83d', '\ude00', '\u0007', '/'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const input = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
/** Writes every character as an escape where `isEscaped` says so. */
const escaped = (text: string) =>
  [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

describe('createCustomInputDecoder', () => {
  it('returns at every cut what JSON.parse returns', () => {
    const json = fc
      .tuple(input, fc.boolean(), fc.constantFrom('', ' ', '\n'), fc.constantFrom('', ', "more": "\\"x"'))
      .map(
        ([text, isEscaped, space, more]) =>
          `${space}{${space}"input"${space}:${space}${isEscaped ? `"${escaped(text)}"` : JSON.stringify(text)}${space}${more}}${space}`,
      );
    fc.assert(
      fc.property(json, fc.array(fc.nat(100), { maxLength: 5 }), (text, cuts) => {
        const { input: expected } = JSON.parse(text) as { input: string };
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((one, other) => one - other);
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(decode(...pieces).join('')).toBe(expected);
        expect(decode(...text.split('')).join('')).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('returns each piece as soon as it is complete', () => {
    expect(decode('{"inp', 'ut":"*** Beg', 'in\\nX"}')).toEqual(['', '*** Beg', 'in\nX', '']);
    expect(decode('{"input":"a\\', 'n\\ud83', 'd', '\\ude00b', '"}')).toEqual(['a', '\n', '', '\u{1f600}b', '', '']);
  });

  it.each([
    ['*** Begin Patch\nbare', '*** Begin Patch\nbare'],
    ['', ''],
    ['{}', ''],
    ['{"patch": "x"}', 'x'],
    ['{"input": {"a": 1}}', '{"a":1}'],
    ['"quoted\\n"', 'quoted\n'],
    ['{ not json', '{ not json'],
    ['{"a": 1, "b": 2}', '{"a": 1, "b": 2}'],
    ['{"input": "say "hi" now"}', 'say "hi" now'],
    ['{"input": "cut off \\u00', 'cut off \\u00'],
    ['{"input": "cut off"', 'cut off'],
    ['{"input": "a\\d+"}', 'a\\d+'],
    ['{"input": "line\nbreak"}', 'line\nbreak'],
    ['  text', '  text'],
  ])('reads %j as %j', (text, expected) => {
    expect(decode(text).join('')).toBe(expected);
    expect(decode(...text.split('')).join('')).toBe(expected);
  });
});
