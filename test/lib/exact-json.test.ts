/** Numbers that a double cannot repeat keep their digits, where they are passed on. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasLongNumbers, parseLongNumbers, parseWithArguments, scalarText, withDigits, withNumbers } from '../../src/lib/exact-json.ts';

const NUMBERS = ['2512292042121000001', '-9007199254740993', '1e400', '-0', '1.0', '0.10000000000000000000001', '1E5', '12', '0.5', '-7'];

const parseExact = (text: string): unknown => withDigits(text, JSON.parse(text));

describe('withDigits', () => {
  it.each(NUMBERS)('keeps the digits of %s', (number) => {
    for (const text of [`{"id":${number}}`, `{"a":[${number},"x"]}`, `[${number}]`]) expect(JSON.stringify(parseExact(text))).toBe(text);
  });

  it('equals JSON.parse for every value that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe('parseWithArguments', () => {
  it.each(['args', 'arguments', 'input', 'parameters'])('keeps digits in "%s" and parses plain numbers elsewhere', (key) => {
    const value = parseWithArguments(`{"${key}":{"id":2512292042121000001,"n":{"x":1.0}},"logprob":-0.0,"tokens":12.0}`);
    expect(value).toMatchObject({ tokens: 12 });
    expect(JSON.stringify(value)).toBe(`{"${key}":{"id":2512292042121000001,"n":{"x":1.0}},"logprob":0,"tokens":12}`);
  });

  it('parses plain numbers where there are no arguments', () => {
    expect(parseWithArguments('{"input_tokens":1.0,"input":"x","created":2512292042121000001}')).toEqual({
      input_tokens: 1,
      input: 'x',
      created: Number('2512292042121000001'),
    });
  });
});

describe('parseWithArguments in text fields', () => {
  it.each(['1e3', '0.50', '-0.0', '1E+2', '2512292042121000001'])(
    'keeps the spelling of %s and parses a plain number elsewhere',
    (number) => {
      const read = parseWithArguments(`{"content":${number},"logprob":${number}}`) as { content: unknown; logprob: unknown };
      expect(scalarText(read.content)).toBe(number);
      expect(read.logprob).toBe(Number(number));
    },
  );

  it('gives values of which scalarText returns the text, and null for non-scalars', () => {
    expect(['a', '', 5, -0.5, true, false].map(scalarText)).toEqual(['a', '', '5', '-0.5', 'true', 'false']);
    expect([null, undefined, {}, [], { rawJSON: '1' }].map(scalarText)).toEqual([null, null, null, null, null]);
  });
});

it('parseLongNumbers keeps the digits of long numbers only', () => {
  const text = '{"minimum":9007199254740993,"maximum":1e999,"x":0.10,"y":[5]}';
  expect(hasLongNumbers(text)).toBe(true);
  expect(parseLongNumbers(text)).toMatchObject({ x: 0.1, y: [5] });
  expect(JSON.stringify(parseLongNumbers(text))).toBe('{"minimum":9007199254740993,"maximum":1e999,"x":0.1,"y":[5]}');
  expect(hasLongNumbers('{"a":1.5,"b":"1234567890123456789"}')).toBe(false);
});

it('withNumbers replaces raw numbers by plain numbers', () => {
  const schema = parseLongNumbers('{"enum":[2512292042121000001],"a":{"b":1}}') as { a: object };
  expect(withNumbers(schema)).toEqual({ enum: [Number('2512292042121000001')], a: { b: 1 } });
  expect((withNumbers(schema) as { a: object }).a).toBe(schema.a);
});
