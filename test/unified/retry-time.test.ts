import { describe, expect, it } from 'vitest';
import { secondsInText, secondsUntil } from '../../src/unified/retry-time.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

describe('secondsUntil', () => {
  it.each<[string | number, number | null]>([
    ['7', 7],
    [20, 20],
    ['0', 1],
    ['0.2', 1],
    ['34.4', 35],
    ['34.4s', 35],
    ['6ms', 1],
    ['90000ms', 90],
    ['1m30s', 90],
    ['1m30.5s', 91],
    ['7m12s', 432],
    ['17h2m', 61_320],
    ['17h2m0s', 61_320],
    ['1d', 86_400],
    ['2d3h', 86_400],
    ['0s', 1],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 1],
    ['2026-11-20T12:01:00Z', 60],
    ['2026-11-20T12:01:00.500+00:00', 61],
    [NOW / 1000 + 45, 45],
    [String(NOW / 1000 + 45), 45],
    [`${NOW / 1000 + 45}.25`, 46],
    [NOW + 45_000, 45],
    [String(NOW - 45_000), 1],
    ['999999', 86_400],
    ['soon', null],
    ['', null],
    ['s', null],
    ['.s', null],
    ['-5', null],
    ['5 apples', null],
    ['12 2026', null],
  ])('reads %j as %j seconds', (value, seconds) => {
    expect(secondsUntil(value, NOW)).toBe(seconds);
  });
});

describe('secondsInText', () => {
  it.each<[string, number | null]>([
    ['Rate limit reached. Please try again in 20s. Visit https://example.com', 20],
    ['Please try again in 6.2s.', 7],
    ['Please try again in 120ms.', 1],
    ['Please try again in 7m12.48s. Need more tokens?', 433],
    ['Please try again in 1h2m3s.', 3723],
    ['Please retry in 34.074824224s.', 35],
    ['Please retry after 26 seconds.', 26],
    ['Retry after 1 minute 5 seconds', 65],
    ['try again after 2 hours', 7200],
    ['Please wait 86400 seconds before retrying.', 86_400],
    ['Please try again later.', null],
    ['Try again after 3 attempts', null],
    ['The limit is 20s of audio.', null],
    ['', null],
  ])('reads %j as %j', (text, seconds) => {
    expect(secondsInText(text)).toBe(seconds);
  });
});
