/**
 * Counts the values of a JSON text before it is parsed, because a small text can become an object graph larger than the memory of an isolate
 * (128 MB). One pass; long strings are skipped with `indexOf`. Does not check the syntax. The same pass finds large
 * fields, whose bytes may be sent on (`lib/source-bytes.ts`).
 */
import { RouterError } from '../error.ts';
import { hasLongNumbers } from '../../lib/exact-json.ts';
import { endOfString } from '../../lib/json-string.ts';
import type { JsonSpan } from '../../lib/source-bytes.ts';

/** Most values of a request body. Enough for prompts of two million token ids. */
export const MAX_VALUES = 2 ** 21;

/** Most objects and lists of a request body: each takes 16 to 200 bytes of memory. */
export const MAX_STRUCTURES = 200_000;

/** Most fields of a request body, over all objects. */
export const MAX_FIELDS = 500_000;

/** Most fields of one object. */
export const MAX_OBJECT_FIELDS = 10_000;

/** Longest name of a field, in characters of the JSON text. */
export const MAX_FIELD_NAME = 1000;

/** Counts of a JSON text. */
export type JsonCounts = {
  characters: number;
  values: number;
  fields: number;
  structures: number;
  /** True when a number has more digits than a double can hold (`exact-json.ts`). */
  hasLong: boolean;
  /** Fields of the body itself. */
  ownFields: number;
  /** Large lists and objects that are fields of the body, without numbers that `JSON.stringify` might write differently. */
  spans: readonly JsonSpan[];
};

/** Shortest field that has a span, in characters. */
const SPAN_CHARACTERS = 4096;

/** From this length on the name of a field is cut. */
const NAME_CHARACTERS = 100;

/** Deepest nesting of the text. Smaller depths are checked after parsing, with the path of the value. */
const MAX_TEXT_DEPTH = 1000;

const [DIGIT_0, DIGIT_9] = [0x30, 0x39];
const [QUOTE, COMMA, COLON, POINT, LETTER_E, ZERO, MINUS] = [0x22, 0x2c, 0x3a, 0x2e, 0x65, 0x30, 0x2d];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Checks the counts of a JSON text.
 *
 * @returns the counts.
 * @throws RouterError `invalid_request` naming the top-level field in which the first limit is exceeded, and the limit.
 */
export function checkJsonBounds(text: string): JsonCounts {
  let [values, structures, fields, depth] = [1, 0, 0, 0];
  /** Fields of the open objects, by depth. */
  const open: number[] = [0];
  /** Start and end of the last string, and the last top-level name. */
  let [start, end, name] = [0, 0, ''];
  let hasLong = false;
  let oddNumbers = 0;
  /** The field of the body that is open: where it began, and the counts before it. */
  let field = { start: 0, fields: 0, oddNumbers: 0 };
  const spans: JsonSpan[] = [];
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      let last = endOfDigits(text, position);
      if (text.charCodeAt(last + 1) === POINT) {
        oddNumbers++;
        last = endOfDigits(text, last + 1);
      }
      if (last - position >= LONG || (text.charCodeAt(last + 1) | 0x20) === LETTER_E) {
        oddNumbers++;
        hasLong ||= hasLongNumbers(`:${text.slice(position, last + 6)}`);
      } else if (code === ZERO && text.charCodeAt(position - 1) === MINUS) oddNumbers++;
      position = last;
      continue;
    }
    switch (code) {
      case QUOTE:
        start = position + 1;
        position = end = endOfString(text, start);
        break;
      case COMMA:
        if (++values > MAX_VALUES) throw tooMany(name, MAX_VALUES, 'values');
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++values > MAX_VALUES) throw tooMany(name, MAX_VALUES, 'values');
        if (++structures > MAX_STRUCTURES) throw tooMany(name, MAX_STRUCTURES, 'objects and lists');
        if (++depth > MAX_TEXT_DEPTH) throw tooMany(name, MAX_TEXT_DEPTH, 'levels of nesting');
        open[depth] = 0;
        if (depth === 2) field = { start: position, fields, oddNumbers };
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (depth === 2 && position - field.start >= SPAN_CHARACTERS && field.oddNumbers === oddNumbers && isPlainName(name))
          spans.push({ name, start: field.start, end: position + 1, fields: fields - field.fields });
        depth = Math.max(0, depth - 1);
        break;
      case COLON:
        if (depth <= 1) name = text.slice(start, Math.min(end, start + NAME_CHARACTERS));
        if (end - start > MAX_FIELD_NAME) throw tooMany(name, MAX_FIELD_NAME, 'characters in the name of a field');
        if (++fields > MAX_FIELDS) throw tooMany(name, MAX_FIELDS, 'fields');
        if ((open[depth] = (open[depth] ?? 0) + 1) > MAX_OBJECT_FIELDS) throw tooMany(name, MAX_OBJECT_FIELDS, 'fields in one object');
    }
  }
  return { characters: text.length, values, fields, structures, hasLong, ownFields: open[1] ?? 0, spans };
}

/** From this many further digits a number may exceed a double. */
const LONG = 15;

const isDigit = (code: number) => code >= DIGIT_0 && code <= DIGIT_9;

/** Returns the position of the last digit in a row. */
function endOfDigits(text: string, start: number): number {
  let last = start;
  while (isDigit(text.charCodeAt(last + 1))) last++;
  return last;
}

/** False for a name that was cut, or is written with escapes. */
const isPlainName = (name: string) => name.length < NAME_CHARACTERS && !name.includes('\\');

function tooMany(name: string, limit: number, what: string): RouterError {
  const path = name === '' ? 'The request body' : `${name}: the request body`;
  const message = `${path} has more than ${limit} ${what}, the maximum of one request.`;
  return new RouterError('invalid_request', message, name === '' ? {} : { param: name });
}
