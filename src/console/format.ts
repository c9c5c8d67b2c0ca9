/** Numbers and times as the console shows them. What is not known is a dash, never a zero. */

/** Stands for a value that is not known. */
export const UNKNOWN = '–';

/** A count with separators: `12,345`. */
export const formatCount = (value: number | null | undefined): string => (value == null ? UNKNOWN : value.toLocaleString('en-US'));

/** US dollars: `$1.25`, `$0.000012`: two significant digits below a cent. */
export function formatUsd(value: number | null | undefined): string {
  if (value == null) return UNKNOWN;
  if (value === 0) return '$0';
  if (Math.abs(value) >= 0.01) return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;
  return `$${value.toLocaleString('en-US', { maximumSignificantDigits: 3, maximumFractionDigits: 12 })}`;
}

/** Milliseconds: `840 ms`, `2.31 s`, `4 min 5 s`. Rounded before a unit is chosen. */
export function formatMs(value: number | null | undefined): string {
  if (value == null) return UNKNOWN;
  const [ms, seconds] = [Math.round(value), Math.round(value / 1000)];
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A time of the router (ISO 8601, UTC) in the visitor's zone. */
export function formatTime(text: string | null | undefined): string {
  if (text == null) return UNKNOWN;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' });
}

/** A share: `12.3 %`. */
export const formatShare = (part: number, whole: number): string => (whole === 0 ? UNKNOWN : `${((100 * part) / whole).toFixed(1)} %`);

/** A time as `datetime-local` has it: in the visitor's zone, to the second. */
export function toLocalText(time: string | number): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** USD for a million tokens from the price of one, as the router writes it ("-1" = not fixed), without the rounding error of the product; null = not known. */
export function usdPerMillion(perToken: string = ''): number | null {
  const usd = perToken === '' ? Number.NaN : Number(perToken) * 1e6;
  return Number.isFinite(usd) && usd >= 0 ? Number(usd.toPrecision(12)) : null;
}
