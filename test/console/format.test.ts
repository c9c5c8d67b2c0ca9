/** Numbers and times as the console shows them. */
import { describe, expect, it } from 'vitest';
import { formatCount, formatMs, formatShare, formatTime, formatUsd, UNKNOWN, usdPerMillion } from '../../src/console/format.ts';

describe('what is not known', () => {
  it('is a dash, never a zero', () => {
    for (const format of [formatCount, formatUsd, formatMs, formatTime]) {
      expect(format(null)).toBe(UNKNOWN);
      expect(format(undefined)).toBe(UNKNOWN);
    }
    expect(formatShare(0, 0)).toBe(UNKNOWN);
  });
});

describe('formatUsd', () => {
  it.each([
    [0, '$0'],
    [1.25, '$1.25'],
    [1234.5, '$1,234.50'],
    [0.0123, '$0.0123'],
    [0.000012, '$0.000012'],
    [0.0000001234, '$0.000000123'],
  ])('writes %d as %s', (value, text) => {
    expect(formatUsd(value)).toBe(text);
  });
});

describe('formatMs', () => {
  it.each([
    [0, '0 ms'],
    [839.6, '840 ms'],
    [2310, '2.31 s'],
    [245_000, '4 min 5 s'],
    [59_999, '60.00 s'],
    [119_900, '2 min 0 s'],
    [999.7, '1.00 s'],
  ])('writes %d as %s', (value, text) => {
    expect(formatMs(value)).toBe(text);
  });
});

describe('formatTime', () => {
  it('shows a text that is no time as it is', () => {
    expect(formatTime('soon')).toBe('soon');
  });
});

describe('usdPerMillion', () => {
  it.each([
    ['0.00000007', 0.07],
    ['0', 0],
    ['0.000015', 15],
    ['-1', null],
    ['', null],
    ['x', null],
  ])('reads %j', (text, usd) => {
    expect(usdPerMillion(text)).toBe(usd);
  });
});
