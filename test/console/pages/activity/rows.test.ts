/** Rows that come while the page is open, and names in them. */
import { describe, expect, it } from 'vitest';
import { nameKey, nameValue } from '../../../../src/console/pages/activity/labels.ts';
import { countNew, MAX_SHOWN, mergeRows, outcomeOf, type LedgerRow } from '../../../../src/console/pages/activity/rows.ts';

const row = (id: string, second: number, more: Partial<LedgerRow> = {}): LedgerRow => ({
  id,
  created_at: new Date(Date.UTC(2026, 11, 1) + second * 1000).toISOString(),
  key: 'k',
  model: 'a/b',
  model_asked: 'a/b',
  provider: 'a',
  provider_name: 'A',
  user: null,
  session: null,
  attempts: 1,
  adjustments: 0,
  prompt_tokens: null,
  completion_tokens: null,
  cost: null,
  estimated: [],
  duration_ms: 1,
  first_content_ms: null,
  cancelled: false,
  status: 200,
  error: null,
  finish_reason: 'stop',
  cache: null,
  ...more,
});

const ids = (rows: readonly LedgerRow[]) => rows.map(({ id }) => id);

describe('mergeRows', () => {
  it('puts rows in order of their requests, also those that ended late', () => {
    expect(ids(mergeRows([row('c', 3), row('a', 1)], [row('d', 4), row('b', 2)]))).toEqual(['d', 'c', 'b', 'a']);
  });

  it('replaces a row that comes again', () => {
    const merged = mergeRows([row('a', 1)], [row('a', 1, { cost: 0.5 })]);
    expect(merged).toHaveLength(1);
    expect(merged[0]?.cost).toBe(0.5);
  });

  it('keeps the newest 300', () => {
    const many = Array.from({ length: 400 }, (_, index) => row(`r${index}`, index));
    const merged = mergeRows(many.slice(0, 200), many.slice(200));
    expect(merged).toHaveLength(MAX_SHOWN);
    expect([merged[0]?.id, merged.at(-1)?.id]).toEqual(['r399', 'r100']);
  });
});

describe('countNew', () => {
  it('counts rows that were not there', () => {
    expect(countNew([row('a', 1), row('b', 2)], [row('b', 2), row('c', 3)])).toBe(1);
  });
});

describe('outcomeOf', () => {
  it.each([
    [{}, 'stop'],
    [{ finish_reason: null }, '200'],
    [{ status: 429, error: 'rate_limit' }, '429 rate_limit'],
    [{ cancelled: true, error: 'cancelled', status: 499 }, 'cancelled'],
  ])('of %j', (more, outcome) => {
    expect(outcomeOf(row('a', 1, more))).toBe(outcome);
  });
});

describe('names', () => {
  const names = new Map([['ab12cd34ef', 'web shop']]);

  it('are those of keys, or the beginning of a hash', () => {
    expect(nameKey('ab12cd34ef', names)).toBe('web shop');
    expect(nameKey('ffffffffff', names)).toBe('key ffffffff');
    expect(nameKey('anonymous', names)).toBe('no key');
  });

  it('say where none was given', () => {
    expect(nameValue('user', '', names)).toBe('no user');
    expect(nameValue('user', `usr_${'a'.repeat(32)}`, names)).toBe('usr_aaaaaaaa');
    expect(nameValue('model', 'a/b', names)).toBe('a/b');
  });
});
