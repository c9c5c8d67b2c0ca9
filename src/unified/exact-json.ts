/**
 * JSON in which numbers keep their digits. A double holds 53 bits: `2512292042121000001` would come out as `...000`, `1.0` as `1` and
 * `1e400` as `null`. Such a number is kept as its text (`JSON.rawJSON`, https://github.com/tc39/proposal-json-parse-with-source,
 * stage 4; in V8 since 11.4), and `JSON.stringify` writes it as it was. Elsewhere it is an object: only values that are passed on
 * without being read may hold one.
 */

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
const json = JSON as unknown as { rawJSON(text: string): object; isRawJSON(value: unknown): value is { rawJSON: string } } & {
  parse(text: string, reviver: Reviver): unknown;
};

/** Fields whose value is the arguments of a tool, in the formats that send an object for them. */
const ARGUMENTS: ReadonlySet<string> = new Set(['args', 'arguments', 'input', 'parameters']);
const HAS_ARGUMENTS = /"(?:args|arguments|input|parameters)"\s*:\s*[{[]/;

/** A number that may be written otherwise than JavaScript would write it. */
const UNUSUAL = /[:[,]\s*-?\d+(?:[.eE]|\d{15})|-0(?![.\d])/;

/** Parses JSON; numbers that would be written otherwise keep their text. @throws SyntaxError */
export const parseExact = (text: string): unknown => withDigits(text, JSON.parse(text));

/** The value of a JSON text with the digits of its numbers; the value itself where they are in it already. */
export const withDigits = (text: string, value: unknown): unknown => (UNUSUAL.test(text) ? json.parse(text, keepText) : value);

/** Parses JSON; within the arguments of tools numbers keep their text, elsewhere they are numbers. @throws SyntaxError */
export function parseWithArguments(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!HAS_ARGUMENTS.test(text) || !UNUSUAL.test(text)) return value;
  return settle(json.parse(text, keepText));
}

/** Parses JSON; integers that no number can hold, and numbers beyond every range, keep their text. @throws SyntaxError */
export const parseLongNumbers = (text: string): unknown => json.parse(text, keepLong);

/** Whether there may be such numbers in a text. */
export const hasLongNumbers = (text: string): boolean => /[:[,]\s*-?(?:\d{16}|[\d.]+[eE]\+?\d{3})/.test(text);

function keepText(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value;
}

function keepLong(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  const isLong = !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  return isLong && String(value) !== source ? json.rawJSON(source) : value;
}

/** Turns texts of numbers back into numbers, except in arguments. Changes the value itself, which nobody else has yet. */
function settle(value: unknown): unknown {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) if (!ARGUMENTS.has(key)) holder[key] = settle(holder[key]);
  return value;
}
