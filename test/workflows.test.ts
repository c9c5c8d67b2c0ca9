import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../.github/workflows');
const used = readdirSync(FOLDER).flatMap((name) =>
  [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => `${name}: ${action}`),
);

describe('workflows on GitHub', () => {
  it('pin every action by its commit, with the version as a comment', () => {
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^\S+ [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });
});
