import { describe, expect, it } from 'vitest';
import { collectErrorFacts } from '../../src/unified/error-facts.ts';
import { findErrorRow, type ErrorRow } from '../../src/unified/error-rows.ts';

const find = (row: Omit<ErrorRow, 'means'>, body: unknown, status: number | null = 400) =>
  findErrorRow([{ means: 'no-money', ...row }], collectErrorFacts(body, status)) !== undefined;

describe('findErrorRow', () => {
  it.each<[Omit<ErrorRow, 'means'>, unknown, boolean]>([
    [{ codes: ['arrearage'] }, { code: 'Arrearage' }, true],
    [{ codes: ['arrearage'] }, { message: 'arrearage' }, false],
    [{ words: ['no money'] }, { message: 'There is No Money left' }, true],
    [{ words: ['no money'] }, { message: 'There is no more money' }, false],
    [{ words: ['limit of * tokens'] }, { message: 'a limit of 12 and a limit of 3 tokens' }, true],
    [{ words: ['limit of * tokens'] }, { message: `limit of ${'x '.repeat(200)} tokens` }, false],
    [{ words: ["model '' not found"] }, { message: 'model "x" not found, try pulling it' }, true],
    [{ codes: ['x'], words: ['no money'] }, { message: 'no money' }, true],
    [{ statuses: [429], words: ['no money'] }, { message: 'no money' }, false],
    [{ statuses: [400] }, {}, true],
  ])('%j on %j is %j', (row, body, found) => {
    expect(find(row, body)).toBe(found);
  });

  it('returns the first row that matches', () => {
    const rows: ErrorRow[] = [
      { means: 'bad-key', codes: ['a'] },
      { means: 'no-money', codes: ['b'] },
      { means: 'timeout', codes: ['b'] },
    ];
    expect(findErrorRow(rows, collectErrorFacts({ code: 'b' }, null))?.means).toBe('no-money');
  });

  it('applies no row with statuses to an error without one', () => {
    expect(find({ statuses: [429] }, {}, null)).toBe(false);
  });
});
