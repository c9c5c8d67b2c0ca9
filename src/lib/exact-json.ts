/**
 * JSON in which numbers keep their digits. A double holds 53 bits: `2512292042121000001` would come out as `...000`, `1.0` as `1` and
 * `1e400` as `null`. Such a number is kept as its text (`JSON.rawJSON`, https://github.com/tc39/proposal-json-parse-with-source,
 * stage 4; in V8 since 11.4), and `JSON.stringify` writes it as it was. Elsewhere it is an object: only values that are passed on
 * without being read may hold one.
 */

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
/** Typed by hand: the library types of ES2024 lack what the runtime has (ES2026, `JSON.rawJSON`). */
const json = JSON as unknown as { rawJSON(text: string): object; isRawJSON(value: unknown): value is { rawJSON: string } } & {
  parse(text: string, reviver: Reviver): unknown;
};

/** Fields whose value is the arguments of a tool, in the formats that send an object for them. */
const ARGUMENTS: ReadonlySet<string> = new Set(['args', 'arguments', 'input', 'parameters']);
const HAS_ARGUMENTS = /"(?:args|arguments|input|parameters)"\s*:\s*[{[]/;

/** Fields in which answers bear text: a number there stands for the text that it is written as. */
const TEXT_FIELDS =
  'content|text|response|delta|reasoning|reasoning_content|thinking|refusal|arguments|input|partial_json|tool_plan|token|id|name|finish_reason';
const TEXTS: ReadonlySet<string> = new Set(TEXT_FIELDS.split('|'));
/** The cheap pattern is tried first: nearly no payload has such a number. */
const [UNUSUAL_FIELD, UNUSUAL_TEXT] = [/":\s*-?\d+(?:[.eE]|\d{15})/, new RegExp(`"(?:${TEXT_FIELDS})":\\s*-?\\d+(?:[.eE]|\\d{15})`)];

/** A number that may be written otherwise than JavaScript would write it. */
const UNUSUAL = /[:[,]\s*-?\d+(?:[.eE]|\d{15})|-0(?![.\d])/;

/** The value of a JSON text with the digits of its numbers; the value itself where they are in it already. */
export const withDigits = (text: string, value: unknown): unknown => (UNUSUAL.test(text) ? json.parse(text, keepText) : value);

/**
 * Parses JSON of others; within the arguments of tools, and where a text belongs, numbers keep their text, elsewhere they are numbers.
 *
 * @throws SyntaxError
 */
export function parseWithArguments(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // First what finds nothing in nearly every text: the others take several times as long over a large one.
  if (!UNUSUAL.test(text) || !((UNUSUAL_FIELD.test(text) && UNUSUAL_TEXT.test(text)) || HAS_ARGUMENTS.test(text))) return value;
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

/** A value with numbers in the place of their texts, for whoever has to compare them. What has none is not copied. */
export function withNumbers(value: unknown): unknown {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, withNumbers(entry)]);
  if (entries.every(([key, entry]) => entry === (value as Record<string, unknown>)[key])) return value;
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** Turns texts of numbers back into numbers, except in arguments and where a text belongs. Changes the value itself, which nobody else has yet. */
function settle(value: unknown): unknown {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const isKept = ARGUMENTS.has(key) || (TEXTS.has(key) && json.isRawJSON(holder[key]));
    if (!isKept) holder[key] = settle(holder[key]);
  }
  return value;
}

/** The text of a string, a number or a boolean; null for any other value. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return json.isRawJSON(value) ? value.rawJSON : null;
}
