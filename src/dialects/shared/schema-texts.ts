/**
 * Checks texts against length, pattern and format of a JSON Schema. A pattern comes from a client and runs in a shared isolate, so only
 * patterns with bounded cost are run.
 */
import type { JsonObject } from '../../lib/json.ts';

/** Longest text that a pattern is run on, in UTF-16 units: the number of steps is at most its square. */
const MAX_CHARACTERS = 4096;

/** Most unbounded repetitions in a pattern: each multiplies the steps by the length of the text. */
const MAX_REPETITIONS = 2;

/** Returns the violation of a text; null = none, or the check cannot decide. */
export function textViolation(text: string, { minLength, maxLength, pattern, format }: JsonObject): string | null {
  if (typeof minLength === 'number' && lengthOf(text) < minLength) return `has fewer than ${minLength} characters`;
  if (typeof maxLength === 'number' && lengthOf(text) > maxLength) return `has more than ${maxLength} characters`;
  if (typeof pattern === 'string' && canTry(pattern, text) && patternOf(pattern)?.test(text) === false)
    return 'does not match its "pattern"';
  const known = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return known !== undefined && text.length <= MAX_CHARACTERS && !known.test(text) ? `is no ${String(format)}` : null;
}

/** True when a pattern is run on a text. */
export const canTry = (pattern: string, text: string): boolean => text.length <= MAX_CHARACTERS && patternOf(pattern) !== null;

/** Returns the length in characters, not in UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00 || at === 0) length++;
  return length;
}

/** Compiles a pattern; null = invalid, or its cost is not bounded. */
function patternOf(pattern: string): RegExp | null {
  if (!isPlainPattern(pattern) || (pattern.match(/[^\\](?:[*+]|\{\d+,\})/g) ?? []).length > MAX_REPETITIONS) return null;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}

/** True when a pattern has no look-around, back-reference or `\b`, and repeats no group. */
const isPlainPattern = (pattern: string): boolean =>
  pattern.length <= 1000 && !/\(\?[^:]|\\[1-9bBkpP]|\)(?:[*+]|\{\d+(?:,\d*)?\})/.test(pattern);

/** The checked formats. Lenient where the standards are long. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[tT ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[zZ]|[+-]\d\d:?\d\d)$/,
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?(?:[zZ]|[+-]\d\d:?\d\d)?$/,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$/,
  uuid: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/,
};
