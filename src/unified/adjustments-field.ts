/**
 * Adjustments as a header: an RFC 9651 list, one item per adjustment, e.g.
 * `temperature;action=clamped;from=3;to=2, top_a;action=dropped`. Reasons are left to the body; headers are for machines.
 */
import type { Adjustment } from './adjustment.ts';

/** Longest header value written, in characters. What does not fit is counted in a last item `more`; the body has them all. */
const MAX_CHARACTERS = 4096;

/** The header value. */
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

/** A token where the name allows it, else a string. */
const toName = (name: string) => (/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/.test(name) ? name : toText(name));

/** Numbers, booleans and short texts; null for anything that a header cannot hold. */
function toBareItem(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? '?1' : '?0';
  if (typeof value === 'number') return toNumber(value);
  if (typeof value === 'string' && value.length <= 128) return toText(value);
  return null;
}

/** Integers up to 15 digits, decimals up to 12 and 3; any other number is written as a string, not rounded. */
function toNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const isDecimal = Math.abs(value) < 1e12 && Number(value.toFixed(3)) === value;
  return isDecimal ? String(value) : toText(String(value));
}

/** A quoted string, or a display string where there are characters outside printable ASCII. */
function toText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  const bytes = [...new TextEncoder().encode(text)];
  const safe = (byte: number) => byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x22;
  return `%"${bytes.map((byte) => (safe(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`)).join('')}"`;
}
