/** Compares JSON documents line by line. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffJson, type DiffLine } from '../../../src/console/parts/diff-json.ts';
import { isSameJson } from '../../../src/lib/same-json.ts';
import { MAX_SHOWN_TEXT, scalarText } from '../../../src/console/parts/scalar-text.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** The document of one side: its lines, with the commas that the difference leaves out. */
function documentOf(lines: readonly DiffLine[], side: 'left' | 'right'): unknown {
  const own = lines.filter((line) => line.side === 'same' || line.side === side);
  const text = own.map((line, index) => {
    const next = own[index + 1];
    const needsComma = next !== undefined && next.depth === line.depth && !/^[}\]]/.test(next.text) && !/[{[]$/.test(line.text);
    const closes = next !== undefined && next.depth < line.depth;
    return line.text + (needsComma && !closes ? ',' : '');
  });
  return JSON.parse(text.join('\n'));
}

describe('diffJson', () => {
  it('contains both documents', () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        const lines = diffJson(left, right);
        expect(isSameJson(documentOf(lines, 'left'), left)).toBe(true);
        expect(isSameJson(documentOf(lines, 'right'), right)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no difference between equal documents, whatever the order of their fields', () => {
    const lines = diffJson({ a: 1, b: [1, { c: 2, d: 3 }] }, { b: [1, { d: 3, c: 2 }], a: 1 });
    expect(lines.every(({ side }) => side === 'same')).toBe(true);
  });

  it('shows a changed field on both sides and an inserted item on one', () => {
    const lines = diffJson({ model: 'a', list: [1, 2] }, { model: 'b', list: [1, 9, 2], top_k: 4 });
    expect(lines.filter(({ side }) => side !== 'same').map(({ side, text }) => `${side} ${text}`)).toEqual([
      'left "model": "a"',
      'right "model": "b"',
      'right 9',
      'right "top_k": 4',
    ]);
  });
});

describe('scalarText', () => {
  it('says how much of a long text it does not show', () => {
    expect(scalarText('x'.repeat(MAX_SHOWN_TEXT + 10))).toMatch(/12 more characters are not shown$/);
  });
});
