/** What limits of keys state. */
import { describe, expect, it } from 'vitest';
import { describeLimit, describeState, partsOf, stateOf, warningsOf, type KeyState } from '../../../../src/console/pages/keys/key.ts';

const usd = { resource: 'usd', window: 'day', amount: 4, calendar: true, timezone: 'UTC' } as const;
const stateWith = (used: number, softAt: number | null) => ({ limits: [{ ...usd, used }], soft_at: softAt }) as unknown as KeyState;

describe('describeLimit', () => {
  it.each([
    [usd, '$4.00 a day'],
    [{ ...usd, timezone: 'Europe/Berlin' }, '$4.00 a day (Europe/Berlin)'],
    [{ ...usd, calendar: false }, '$4.00 a day from the first request on'],
    [{ ...usd, window: 'total' }, '$4.00 in total'],
    [{ resource: 'requests', window: 'minute', amount: 1200 }, '1,200 requests a minute'],
    [{ resource: 'concurrent', amount: 4 }, '4 requests at a time'],
  ] as const)('of %j', (limit, words) => {
    expect(describeLimit(limit)).toBe(words);
  });
});

describe('partsOf', () => {
  it.each([
    [{ ...usd }, null],
    [
      { ...usd, used: 1, reserved: 1 },
      { used: 0.25, reserved: 0.25 },
    ],
    [
      { ...usd, used: 3, reserved: 9 },
      { used: 0.75, reserved: 0.25 },
    ],
    [
      { ...usd, used: 9 },
      { used: 1, reserved: 0 },
    ],
    [
      { ...usd, amount: 0, used: 0 },
      { used: 1, reserved: 0 },
    ],
  ])('of %j stay within the bar', (limit, parts) => {
    expect(partsOf(limit)).toEqual(parts);
  });
});

describe('describeState', () => {
  it('states what is used and reserved, and where that is not known', () => {
    expect(describeState({ ...usd, used: 1, reserved: 0.5 })).toBe('$1.00 used (25.0 %), $0.50 reserved by requests in progress');
    expect(describeState(usd)).toBe('Its use is not known.');
    expect(describeState({ resource: 'concurrent', amount: 4, used: 0, reserved: 3 })).toBe('3 in progress');
  });
});

describe('warningsOf', () => {
  it('begins at `soft_at`, and says when a limit is spent', () => {
    expect(warningsOf(stateWith(3.1, 0.8))).toEqual([]);
    expect(warningsOf(stateWith(3.2, 0.8))).toEqual([{ text: '80 % of $4.00 a day (warning from 80 % on)', isSpent: false }]);
    expect(warningsOf(stateWith(3.2, null))).toEqual([]);
    expect(warningsOf(stateWith(4, null))).toEqual([{ text: 'Spent: $4.00 a day', isSpent: true }]);
    expect(warningsOf({} as KeyState)).toEqual([]);
  });
});

describe('stateOf', () => {
  it('is active, expired or disabled', () => {
    const now = Date.parse('2026-12-01T00:00:00Z');
    expect(stateOf({ disabled: false, expires_at: null }, now)).toBe('active');
    expect(stateOf({ disabled: false, expires_at: '2026-12-01T00:00:00Z' }, now)).toBe('expired');
    expect(stateOf({ disabled: true, expires_at: null }, now)).toBe('disabled');
  });
});
