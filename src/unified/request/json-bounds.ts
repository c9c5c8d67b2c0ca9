/**
 * Counts the values of a JSON text before it is parsed, because a small text can become an object graph larger than the memory of an isolate
 * (128 MB). One pass; long strings are skipped with `indexOf`. Does not check the syntax.
 */
import { RouterError } from '../error.ts';
import { hasLongNumbers } from '../../lib/exact-json.ts';

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
};

/** Deepest nesting of the text. Smaller depths are checked after parsing, with the path of the value. */
const MAX_TEXT_DEPTH = 1000;

const [QUOTE, COMMA, COLON, BACKSLASH, POINT, LETTER_E] = [0x22, 0x2c, 0x3a, 0x5c, 0x2e, 0x65];
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
  const check = (count: number, limit: number, what: string) => {
    if (count > limit) throw tooMany(name, limit, what);
  };
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (isDigit(code)) {
      const last = endOfDigits(text, position);
      const mayBeLong = last - position >= LONG || (text.charCodeAt(last + 1) | 0x20) === LETTER_E;
      hasLong ||= mayBeLong && hasLongNumbers(`:${text.slice(position, last + 6)}`);
      position = last;
      continue;
    }
    switch (code) {
      case QUOTE:
        start = position + 1;
        position = end = endOfString(text, start);
        break;
      case COMMA:
        check(++values, MAX_VALUES, 'values');
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        check(++values, MAX_VALUES, 'values');
        check(++structures, MAX_STRUCTURES, 'objects and lists');
        check(++depth, MAX_TEXT_DEPTH, 'levels of nesting');
        open[depth] = 0;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth = Math.max(0, depth - 1);
        break;
      case COLON:
        if (depth <= 1) name = text.slice(start, Math.min(end, start + 100));
        check(end - start, MAX_FIELD_NAME, 'characters in the name of a field');
        check(++fields, MAX_FIELDS, 'fields');
        check((open[depth] = (open[depth] ?? 0) + 1), MAX_OBJECT_FIELDS, 'fields in one object');
    }
  }
  return { characters: text.length, values, fields, structures, hasLong };
}

/** From this many further digits a number may exceed a double. */
const LONG = 15;

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/** Returns the position of the last digit or point in a row. */
function endOfDigits(text: string, start: number): number {
  let last = start;
  for (let code = text.charCodeAt(last + 1); isDigit(code) || code === POINT; code = text.charCodeAt(last + 1)) last++;
  return last;
}

/** Returns the position of the quote that ends a string, or the length of the text. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote >= 0) {
    let before = quote - 1;
    while (before >= start && text.charCodeAt(before) === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote; // an even number of backslashes escape each other
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

function tooMany(name: string, limit: number, what: string): RouterError {
  const path = name === '' ? 'The request body' : `${name}: the request body`;
  const message = `${path} has more than ${limit} ${what}, the maximum of one request.`;
  return new RouterError('invalid_request', message, name === '' ? {} : { param: name });
}
