/** JSON with a pointer for each line. */
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateJson, scalarText } from '../../../src/cli/explain/annotate-json.ts';

describe('annotateJson', () => {
  it('writes what JSON.stringify writes', () => {
    const short = jsonValue({ maxDepth: 4 }).filter((value) => !/"[^"]{290,}"/.test(JSON.stringify(value)));
    assert(
      property(short, (value) => {
        const text = annotateJson(value)
          .map((line) => line.text)
          .join('\n');
        expect(text).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('points at what begins in a line', () => {
    const lines = annotateJson({ a: [{ 'b/c': 1, 'd~e': 'x' }], f: [] });
    expect(lines.filter(({ pointer }) => pointer !== null).map(({ pointer, text }) => [pointer, text.trim()])).toEqual([
      ['', '{'],
      ['/a', '"a": ['],
      ['/a/0', '{'],
      ['/a/0/b~1c', '"b/c": 1,'],
      ['/a/0/d~0e', '"d~e": "x"'],
      ['/f', '"f": []'],
    ]);
  });

  it('states the length of a string that is cut, and cuts no surrogate pair', () => {
    expect(scalarText('x'.repeat(300))).toBe(JSON.stringify('x'.repeat(300)));
    expect(scalarText('x'.repeat(5000))).toBe(`"${'x'.repeat(300)}" ... (5,000 characters)`);
    expect(scalarText(`${'x'.repeat(299)}😀`)).toMatch(/x\ufffd" \.\.\. \(301 characters\)$/);
  });
});
