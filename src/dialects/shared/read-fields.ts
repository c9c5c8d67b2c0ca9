/** Reads fields of a body whose format has its own fields, and names the one at fault by its path. */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { RouterError } from '../../unified/error.ts';
import { show } from '../../unified/request/explain-issue.ts';

/** An object of a body, and where it stands there: `messages[2].content[0]`, `input[2]`. */
export type Located = { readonly value: JsonObject; readonly path: string };

/** The error for a value that is missing or wrong. @param expected what follows "expected". */
export function wrongValue(path: string, value: unknown, expected: string): RouterError {
  const found = value === undefined || value === null ? 'is missing' : `is ${show(value)}`;
  return new RouterError('invalid_request', `${path} ${found}; expected ${expected}.`, { param: path });
}

/** Returns an object. @throws RouterError for any other value. */
export function readObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw wrongValue(path, value, 'an object');
  return value;
}

/** Returns the entries of a list, each an object. @param value null and undefined = none. @throws RouterError naming the entry. */
export function readObjects(value: unknown, path: string): Located[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrongValue(path, value, 'an array');
  return value.map((entry: unknown, index) => ({ value: readObject(entry, `${path}[${index}]`), path: `${path}[${index}]` }));
}

/** Returns a text, which may be empty. @throws RouterError for any other value. */
export function readText({ value, path }: Located, field: string): string {
  const text = value[field];
  if (typeof text !== 'string') throw wrongValue(`${path}.${field}`, text, 'a string');
  return text;
}

/** Returns a text with at least one character. @throws RouterError for any other value. */
export function readName(located: Located, field: string): string {
  const name = readText(located, field);
  if (name === '') throw wrongValue(`${located.path}.${field}`, name, 'a string that is not empty');
  return name;
}
