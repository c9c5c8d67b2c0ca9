/**
 * Formats adjustments as a header: an RFC 9651 list with one item per adjustment, e.g.
 * `temperature;action=clamped;from=3;to=2, top_a;action=dropped`. Reasons are only in the body.
 */
import type { Adjustment } from './adjustment.ts';

/** Longest header value, in characters. The last item `more` counts what does not fit; the body lists all. */
const MAX_CHARACTERS = 4096;

/** Returns the header value. */
export function adjustmentsField(adjustments: readonly Adjustment[]): string {
  const items = adjustments.map(toItem);
  let length = 0;
  const fitting = items.filter((item) => (length += item.length + 2) <= MAX_CHARACTERS);
  const rest = items.length - fitting.length;
  return [...fitting, ...(rest > 0 ? [`more;count=${rest}`] : [])].join(', ');
}

function toItem({ param, action, from, to }: Adjustment): string {
  const value = (name: string, given: unknown) => {
    const bare = toBareItem(given);
    return bare === null ? '' : `;${name}=${bare}`;
  };
  return `${toName(param)};action=${action}${value('from', from)}${value('to', to)}`;
}

/** Writes a name as a token if possible, else as a string. */
const toName = (name: string) => (/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/.test(name) ? name : toText(name));

/** Writes numbers, booleans and texts up to 128 characters; null for any other value. */
function toBareItem(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? '?1' : '?0';
  if (typeof value === 'number') return toNumber(value);
  if (typeof value === 'string' && value.length <= 128) return toText(value);
  return null;
}

/** Writes integers up to 15 digits and decimals up to 12 and 3. Any other number is written as a string, so it is not rounded. */
function toNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const isDecimal = Math.abs(value) < 1e12 && Number(value.toFixed(3)) === value;
  return isDecimal ? String(value) : toText(String(value));
}

/** Writes a quoted string, or a display string for characters outside printable ASCII. */
function toText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  const bytes = [...new TextEncoder().encode(text)];
  const safe = (byte: number) => byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x22;
  return `%"${bytes.map((byte) => (safe(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`)).join('')}"`;
}
