/** Reads JSON that a person writes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonText } from '../../../src/console/parts/json-text.ts';

const mistakeOf = (text: string) => {
  const read = readJsonText(text);
  return read.isValid ? 'valid' : `${read.place.line}:${read.place.column} ${read.message}`;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON values without -0, which JSON cannot write. */
const json = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text.replaceAll(/-0(?![.\d])/g, '0')) as unknown);

describe('readJsonText', () => {
  it('reads whatever JSON.stringify writes, as JSON.parse does', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const read = readJsonText(text);
        fc.pre(!/\d{16}/.test(text)); // numbers that a double rounds: see below
        expect(read.isValid && read.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts what JSON.parse accepts, but double fields and long numbers', () => {
    const pieces = ['{', '}', '[', ']', '"', '"a"', ':', ',', '1', '-', '.5', 'e2', '0', ' ', '\n', '\\', 'u0041', 'true', 'null'];
    const disagreements: string[] = [];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (list) => {
        const text = list.join('');
        const mistake = mistakeOf(text);
        if ((mistake === 'valid') !== isJson(text) && !/twice|digits/.test(mistake)) disagreements.push(text);
      }),
      { numRuns: 5000 },
    );
    expect(disagreements).toEqual([]);
  });

  it.each([
    ['', '1:1 expected a value, found the end of the text.'],
    ['{"a": 1,\n "b": }', '2:7 expected a value, found "}".'],
    ['{"a": 1\n "b": 2}', '2:2 expected a comma or }, found "\\"".'],
    ['[1,\n 2,]', '2:3 a comma before ]. Remove it.'],
    ['{a: 1}', '1:2 expected a field name in double quotes, found "a".'],
    ['{"a" 1}', '1:6 expected a colon after "a", found "1".'],
    ['"abc', '1:1 a text without a closing quote.'],
    ['1 2', '1:3 expected the end of the text, found "2".'],
    ['{"a": 1,\n"a": 2}', '2:1 the field "a" is there twice. Remove one.'],
    ['[2512292042121000001]', '1:2 2512292042121000001 has more digits than this page can keep. Send it with curl, or write it as a text.'],
    ['[1e999]', '1:2 1e999 has more digits than this page can keep. Send it with curl, or write it as a text.'],
    ['[01]', '1:2 expected a value, found "0".'],
  ])('names line and column of the mistake in %j', (text, expected) => {
    expect(mistakeOf(text)).toBe(expected);
  });

  it('refuses more nesting than the router accepts instead of ending the page', () => {
    expect(mistakeOf('['.repeat(100_000))).toMatch(/more than 500 levels/);
  });

  it('keeps a field that is called __proto__ as a field', () => {
    const read = readJsonText('{"__proto__": {"a": 1}}');
    expect(read.isValid && JSON.stringify(read.value)).toBe('{"__proto__":{"a":1}}');
  });
});

describe('long texts', () => {
  it('are read whole: a file of 20 MB, and many backslashes', () => {
    for (const text of ['a'.repeat(20_000_000), '\\'.repeat(100_001), 'x\\"'.repeat(50_000)]) {
      const read = readJsonText(JSON.stringify([text]));
      expect(read.isValid && Array.isArray(read.value) && read.value[0] === text).toBe(true);
    }
  });

  it('without a closing quote are said to have none', () => {
    for (const text of ['"', '"a', String.raw`"a\"`, String.raw`{"a\\\"`, `"${String.raw`\"`.repeat(10_000)}`])
      expect(readJsonText(text)).toMatchObject({ isValid: false, message: 'a text without a closing quote.' });
  });
});
