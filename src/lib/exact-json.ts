/**
 * Parses JSON without losing the digits of numbers. A double holds 53 bits: `2512292042121000001` would become `...000`, `1.0` would
 * become `1`, and `1e400` would become `null`.
 *
 * Such a number is kept as its source text with `JSON.rawJSON` (https://github.com/tc39/proposal-json-parse-with-source, stage 4; in V8
 * since 11.4). `JSON.stringify` writes that text unchanged. In code a raw number is an object, so only values that are passed on without
 * being read may contain one.
 */

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
/** Declared here because the ES2024 library types lack these functions (ES2026). */
const json = JSON as unknown as { rawJSON(text: string): object; isRawJSON(value: unknown): value is { rawJSON: string } } & {
  parse(text: string, reviver: Reviver): unknown;
};

/** Fields that contain the arguments of a tool as an object. */
const ARGUMENTS: ReadonlySet<string> = new Set(['args', 'arguments', 'input', 'parameters']);
const HAS_ARGUMENTS = /"(?:args|arguments|input|parameters)"\s*:\s*[{[]/;

/** Fields that contain text in answers. A number there is read as the text of that number. */
const TEXT_FIELDS =
  'content|text|response|delta|reasoning|reasoning_content|thinking|refusal|arguments|input|partial_json|tool_plan|token|id|name|finish_reason';
const TEXTS: ReadonlySet<string> = new Set(TEXT_FIELDS.split('|'));
/** The cheap pattern is tested first: nearly no payload matches it. */
const [UNUSUAL_FIELD, UNUSUAL_TEXT] = [/":\s*-?\d+(?:[.eE]|\d{15})/, new RegExp(`"(?:${TEXT_FIELDS})":\\s*-?\\d+(?:[.eE]|\\d{15})`)];

/** Matches a number that `JSON.stringify` might write differently. */
const UNUSUAL = /[:[,]\s*-?\d+(?:[.eE]|\d{15})|-0(?![.\d])/;

/** Parses the text again with exact digits, if a number in it needs that; otherwise returns `value`. */
export const withDigits = (text: string, value: unknown): unknown => (UNUSUAL.test(text) ? json.parse(text, keepText) : value);

/**
 * Parses JSON from upstreams and clients. Numbers keep their source text inside tool arguments and in text fields; elsewhere they are
 * plain numbers.
 *
 * @throws SyntaxError
 */
export function parseWithArguments(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // The pattern that fails for nearly every text runs first. The other two take several times as long on a large text.
  if (!UNUSUAL.test(text) || !((UNUSUAL_FIELD.test(text) && UNUSUAL_TEXT.test(text)) || HAS_ARGUMENTS.test(text))) return value;
  return restoreNumbers(json.parse(text, keepText));
}

/** Parses JSON. Integers beyond 2^53 and numbers beyond the range of a double keep their source text. @throws SyntaxError */
export const parseLongNumbers = (text: string): unknown => json.parse(text, keepLong);

/** Parses JSON as {@link parseLongNumbers} does, and faster where it has no such numbers. @throws SyntaxError */
export const parseWithLongNumbers = (text: string): unknown => (hasLongNumbers(text) ? parseLongNumbers(text) : JSON.parse(text));

/** True when {@link parseLongNumbers} may find such a number in the text. A cheap test with false positives. */
export const hasLongNumbers = (text: string): boolean => /[:[,]\s*-?(?:\d{16}|[\d.]+[eE]\+?\d{3})/.test(text);

function keepText(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value;
}

function keepLong(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  const isLong = !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  return isLong && String(value) !== source ? json.rawJSON(source) : value;
}

/** Replaces raw numbers by plain numbers, for comparisons. Parts without raw numbers are not copied. */
export function withNumbers(value: unknown): unknown {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, withNumbers(entry)]);
  if (entries.every(([key, entry]) => entry === (value as Record<string, unknown>)[key])) return value;
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** Replaces raw numbers by plain numbers, except in tool arguments and text fields. Changes the value in place: it was just parsed here. */
function restoreNumbers(value: unknown): unknown {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const isKept = ARGUMENTS.has(key) || (TEXTS.has(key) && json.isRawJSON(holder[key]));
    if (!isKept) holder[key] = restoreNumbers(holder[key]);
  }
  return value;
}

/** True for a number that is kept as its source text. */
export const isExactNumber = (value: unknown): boolean => json.isRawJSON(value);

/** Returns the text of a string, a number or a boolean; null for any other value. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return json.isRawJSON(value) ? value.rawJSON : null;
}
