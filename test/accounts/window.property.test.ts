/** Windows of limits: every instant is in exactly one, and it begins where the local date does. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitWindow } from '../../src/accounts/key-record.ts';
import { calendarWindow, isTimezone, windowFromUse } from '../../src/accounts/window.ts';

const WINDOWS: readonly LimitWindow[] = ['minute', 'hour', 'day', 'week', 'month', 'total'];
/** Half-hour zones and changes, changes at midnight and over it, and a zone that has none. */
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Havana', 'Africa/Cairo', 'Asia/Beirut', 'Pacific/Auckland', 'America/Asuncion', 'Asia/Kathmandu']; // prettier-ignore
const times = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) });
const localDate = (timezone: string, ms: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(ms);

describe('calendarWindow', () => {
  it('is the same at every instant of the window, and another one before and after it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WINDOWS), fc.constantFrom(...ZONES), times, fc.nat({ max: 999 }), (window, zone, nowMs, part) => {
        const span = calendarWindow(window, zone, nowMs);
        expect(span.startMs <= nowMs && nowMs < span.endMs).toBe(true);
        if (span.endMs === Infinity) return;
        const inside = span.startMs + Math.floor(((span.endMs - 1 - span.startMs) * part) / 999);
        expect(calendarWindow(window, zone, inside).key).toBe(span.key);
        expect(calendarWindow(window, zone, span.endMs).key > span.key).toBe(true);
        expect(calendarWindow(window, zone, span.startMs - 1).key < span.key).toBe(true);
      }),
    );
  });

  it('of a day is the local date, from its first instant to its last', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), times, (zone, nowMs) => {
        const { key, startMs, endMs } = calendarWindow('day', zone, nowMs);
        expect([nowMs, startMs, endMs - 1].map((ms) => localDate(zone, ms))).toEqual([key, key, key]);
        expect(localDate(zone, startMs - 1)).not.toBe(key);
        expect(localDate(zone, endMs)).not.toBe(key);
      }),
    );
  });

  it('has 23 and 25 hours on the days on which clocks are changed', () => {
    const hours = (date: string) => {
      const { startMs, endMs } = calendarWindow('day', 'Europe/Berlin', Date.parse(`${date}T12:00:00Z`));
      return (endMs - startMs) / 3_600_000;
    };
    expect(['2026-03-28', '2026-03-29', '2026-10-25'].map(hours)).toEqual([24, 23, 25]);
  });

  it.each([
    ['2026-11-30T00:00:00Z', '2026-W49', '2026-11'],
    ['2026-12-31T23:59:59Z', '2026-W53', '2026-12'],
    ['2027-01-03T12:00:00Z', '2026-W53', '2027-01'],
    ['2027-01-04T00:00:00Z', '2027-W01', '2027-01'],
    ['2024-12-30T00:00:00Z', '2025-W01', '2024-12'],
  ])('names the week and the month of %s: %s, %s', (time, week, month) => {
    const keys = (['week', 'month'] as const).map((window) => calendarWindow(window, 'UTC', Date.parse(time)).key);
    expect(keys).toEqual([week, month]);
  });
});

it('a window that begins with its first use has its whole length', () => {
  expect(windowFromUse('hour', 1_790_000_000_123)).toEqual({
    key: new Date(1_790_000_000_123).toISOString(),
    startMs: 1_790_000_000_123,
    endMs: 1_790_003_600_123,
  });
  expect(windowFromUse('total', 5)).toEqual(calendarWindow('total', 'UTC', 9));
});

it('time zones are checked by name', () => {
  expect(['UTC', 'Europe/Berlin', 'Berlin', '', '../etc'].map(isTimezone)).toEqual([true, true, false, false, false]);
});
