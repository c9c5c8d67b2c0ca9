/** Texts of the page of a provider. */
import { describe, expect, it } from 'vitest';
import { ageInDays, stateText } from '../../../src/console/pages/providers/provider-detail.ts';

describe('ageInDays', () => {
  it('counts whole days, and none where the day is not known', () => {
    const now = Date.parse('2026-12-01T23:00:00Z');
    expect(['2026-12-01', '2026-11-20', '2027-01-01', null, 'soon'].map((day) => ageInDays(day, now))).toEqual([0, 11, 0, null, null]);
  });
});

describe('stateText', () => {
  it.each([
    ['closed', null, 'closed'],
    ['half-open', null, 'half-open: the next request tries it'],
    ['open', 31_000, 'open: not called for 30.00 s'],
    ['open', 900, 'open: tried again by the next request'],
  ] as const)('says of %s until %s: %s', (state, untilMs, text) => {
    expect(stateText({ state, until_ms: untilMs }, 1000)).toBe(text);
  });
});
