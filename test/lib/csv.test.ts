/** CSV: read back by another reader, it has the same values; no field is a formula. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from '../../src/lib/csv.ts';

/** A reader of RFC 4180, written from its grammar. */
function read(text: string): string[][] {
  const lines: string[][] = [];
  let [line, field, isQuoted] = [[] as string[], '', false];
  for (let at = 0; at < text.length; at++) {
    const [character, next] = [text[at] ?? '', text[at + 1]];
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (next === '"') field += text[++at];
      else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') [line, field] = [[...line, field], ''];
    else if (character === '\r' && next === '\n') {
      lines.push([...line, field]);
      [line, field] = [[], ''];
      at++;
    } else field += character;
  }
  expect([line, field, isQuoted]).toEqual([[], '', false]);
  return lines;
}

const text = fc.string({ unit: fc.constantFrom('a', '=', '+', '-', '@', '"', ',', '\r', '\n', '\t', "'", 'é', '😀') });
const value = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));

it('a line is read back as it was written, with an apostrophe in front of what begins like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 6 }), { maxLength: 5 }), (rows) => {
      const lines = read(rows.map(csvLine).join(''));
      const expected = rows.map((row) =>
        row.map((one) => (typeof one === 'string' ? one.replace(/^(?=[=+\-@\t\r])/, "'") : one === null ? '' : String(one))),
      );
      expect(lines).toEqual(expected);
    }),
  );
});

it('a formula is text, a negative number a number', () => {
  expect(csvLine(['=HYPERLINK("http://x")', '-1', -1, '@cmd', null])).toBe(`"'=HYPERLINK(""http://x"")",'-1,-1,'@cmd,\r\n`);
});
