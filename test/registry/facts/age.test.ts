/** Facts that are old. */
import { expect, it } from 'vitest';
import { describeOldFacts, type DatedFacts } from '../../../src/registry/facts/age.ts';

const listed = (provider: string, snapshot: string, ...checked: string[]): DatedFacts => ({
  provider,
  sources: { list: { url: 'https://models.example', snapshot, licence: 'MIT' } },
  entries: checked.map((day) => ({ checked: day })),
});

it('age of facts: are reported after 90 days', () => {
  expect(describeOldFacts([listed('a', '2026-09-01', '2026-09-01')], '2026-11-30')).toEqual([]);
  const old = [listed('a', '2026-08-31', '2026-08-01', '2026-09-30'), listed('b', '2026-08-31', '2026-07-01'), listed('c', '2026-09-30')];
  expect(describeOldFacts(old, '2026-11-30')).toEqual([
    'list of 2026-08-31, in 2 files of providers/models',
    'entries by hand, the oldest of 2026-07-01: a 1, b 1',
  ]);
});

it('age of facts: are not those of a retired model', () => {
  expect(describeOldFacts([{ provider: 'a', sources: {}, entries: [{ checked: '2025-01-01', retired: {} }] }], '2026-11-30')).toEqual([]);
});
