/** JSON as lines. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../src/lib/json-lines.ts';
import { valueAt } from '../../src/lib/json-pointer.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const write = (value: unknown) => JSON.stringify(value);

describe('jsonLines', () => {
  it('are the document, and as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = jsonLines(value, write).map((line) => '  '.repeat(line.depth) + line.text);
        expect(text.join('\n')).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('point at what is in them', () => {
    fc.assert(
      fc.property(json, (value) => {
        for (const { pointer } of jsonLines(value, write)) expect(valueAt(value, pointer)).not.toBeUndefined();
      }),
    );
  });
});
