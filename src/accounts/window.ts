/** The windows of limits: by the calendar of a time zone, or from the first use. Times are milliseconds since 1970. */
import { putLast } from '../lib/lru-map.ts';
import type { LimitWindow } from './key-record.ts';

/** One window: from `startMs` to before `endMs`. */
export type WindowSpan = Readonly<{
  /** Names it: `2026-11-30`, `2026-W49`, `2026-11`, the ISO time of its start (minute, hour), `total`. */
  key: string;
  startMs: number;
  /** Infinity for `total`. */
  endMs: number;
}>;

const MINUTE_MS = 60_000;
/** Length of an hour. */
export const HOUR_MS = 60 * MINUTE_MS;
/** Length of a day of UTC. */
export const DAY_MS = 24 * HOUR_MS;

/** Lengths of windows that begin with the first use. A month has 30 days. */
const LENGTHS_MS: Readonly<Record<LimitWindow, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  total: Infinity,
};

const TOTAL: WindowSpan = Object.freeze({ key: 'total', startMs: 0, endMs: Infinity });

/** The window that begins with its first use. */
export function windowFromUse(window: LimitWindow, firstUseMs: number): WindowSpan {
  if (window === 'total') return TOTAL;
  return { key: new Date(firstUseMs).toISOString(), startMs: firstUseMs, endMs: firstUseMs + LENGTHS_MS[window] };
}

/** The window of the calendar that a time is in. A day begins at midnight in the zone, also where its clocks are changed; a week on Monday. */
export function calendarWindow(window: LimitWindow, timezone: string, nowMs: number): WindowSpan {
  if (window === 'total') return TOTAL;
  if (window === 'minute' || window === 'hour') {
    const offset = window === 'minute' ? 0 : offsetAt(timezone, nowMs);
    const length = LENGTHS_MS[window];
    const startMs = Math.floor((nowMs + offset) / length) * length - offset;
    return { key: new Date(startMs).toISOString(), startMs, endMs: startMs + length };
  }
  const local = new Date(nowMs + offsetAt(timezone, nowMs));
  const [first, next] = datesOf(window, local);
  return { key: keyOf(window, first), startMs: instantOf(timezone, first), endMs: instantOf(timezone, next) };
}

/** True for the name of a time zone that the platform has. */
export function isTimezone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The first date of a window and the one after it, as midnights of UTC. */
function datesOf(window: 'day' | 'week' | 'month', local: Date): readonly [first: number, next: number] {
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  if (window === 'month') return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
  const since = window === 'week' ? (local.getUTCDay() + 6) % 7 : 0;
  return [Date.UTC(year, month, day - since), Date.UTC(year, month, day - since + (window === 'week' ? 7 : 1))];
}

function keyOf(window: 'day' | 'week' | 'month', first: number): string {
  const date = new Date(first).toISOString();
  if (window !== 'week') return date.slice(0, window === 'month' ? 7 : 10);
  // The ISO year of a week is that of its Thursday, and week 1 has the first Thursday.
  const thursday = first + 3 * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  return `${year}-W${String(1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS))).padStart(2, '0')}`;
}

/** The first instant of a local date. @param midnight its midnight, as if the zone were UTC. */
function instantOf(timezone: string, midnight: number): number {
  const before = midnight - offsetAt(timezone, midnight - DAY_MS);
  const after = midnight - offsetAt(timezone, midnight + DAY_MS);
  const real = [before, after].filter((instant) => instant + offsetAt(timezone, instant) === midnight);
  // Where clocks skip midnight, the date begins when they are changed.
  return real.length === 0 ? before : Math.min(...real);
}

/** What a zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(timezone: string, instant: number): number {
  if (timezone === 'UTC') return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of clockOf(timezone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

/** Most zones whose clocks are kept. */
const MAX_CLOCKS = 100;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a name that is no time zone. */
function clockOf(timezone: string): Intl.DateTimeFormat {
  const known = clocks.get(timezone);
  if (known !== undefined) return known;
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...numbers });
  putLast(clocks, { key: timezone, value: clock, max: MAX_CLOCKS });
  return clock;
}
