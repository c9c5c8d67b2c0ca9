/** Places of a provider file, with their comments. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExcerpts } from '../../../src/console/pages/providers/source-excerpt.ts';

const FILE = `{
  // Of the model.
  "parameters": {
    // Source: the reference, 2026-11-20.
    // 0 is excluded.
    "temperature": { "exclusiveMinimum": 0 }, // in its line

    "stop": {
      "maxItems": 4 // a ] in a comment
    },
    "top_k": false
  }
}`;

describe('findExcerpts', () => {
  it('has the comments before the key, the line, and the number of its first line', () => {
    expect(findExcerpts(FILE, 'temperature')).toEqual([
      {
        line: 4,
        text: '// Source: the reference, 2026-11-20.\n// 0 is excluded.\n"temperature": { "exclusiveMinimum": 0 }, // in its line',
      },
    ]);
  });

  it('has the lines of a value up to its end', () => {
    expect(findExcerpts(FILE, 'stop')).toEqual([{ line: 8, text: '"stop": {\n  "maxItems": 4 // a ] in a comment\n},' }]);
  });

  it('finds nothing where the key is not', () => {
    expect(findExcerpts(FILE, 'top_p')).toEqual([]);
    expect(findExcerpts(FILE, '.*')).toEqual([]);
  });

  it('is bounded, and begins at the stated line, in every provider file', () => {
    const folder = join(import.meta.dirname, '../../../providers');
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonc'));
    expect(files.length).toBeGreaterThan(50);
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8');
      for (const key of ['temperature', 'max_tokens', 'stop', 'models', 'parameters'])
        for (const excerpt of findExcerpts(text, key)) {
          const lines = excerpt.text.split('\n');
          expect(lines.length, `${name} ${key}`).toBeLessThanOrEqual(24);
          expect(text.split('\n')[excerpt.line - 1]?.trim(), `${name} ${key}`).toBe(lines[0]?.trim());
        }
    }
  });
});
