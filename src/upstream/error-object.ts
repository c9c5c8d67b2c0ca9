/** Copies the error object of an upstream, bounded in size and with every string masked. */
import { isObject, type JsonObject } from '../lib/json.ts';

/** Most characters of an error object that are copied. */
const MAX_CHARACTERS = 16_384;

/** Deepest nesting that is copied. */
const MAX_DEPTH = 10;

/** Marks removed parts. */
const LEFT_OUT = '...';

/**
 * Copies an error object. Parts beyond the bounds are replaced by `...`. A value that is not an object gives an empty object.
 *
 * @param clean makes a text safe to show.
 */
export function copyErrorObject(body: unknown, clean: (text: string) => string): JsonObject {
  let left = MAX_CHARACTERS;

  function copyText(text: string): string {
    const shown = clean(text);
    left -= shown.length + 2;
    return left >= 0 ? shown : `${shown.slice(0, Math.max(0, shown.length + left))}${LEFT_OUT}`;
  }

  function copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return copyText(value);
    left -= 8;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return LEFT_OUT;
    return Array.isArray(value) ? copyList(value, depth) : copyFields(Object.entries(value), depth);
  }

  function copyList(list: readonly unknown[], depth: number): unknown[] {
    const copied: unknown[] = [];
    for (const entry of list) {
      if (left <= 0) return [...copied, LEFT_OUT];
      copied.push(copy(entry, depth + 1));
    }
    return copied;
  }

  function copyFields(fields: readonly [string, unknown][], depth: number): JsonObject {
    const copied: [string, unknown][] = [];
    for (const [name, value] of fields) {
      if (left <= 0) return Object.fromEntries([...copied, [LEFT_OUT, LEFT_OUT]]);
      copied.push([copyText(name), copy(value, depth + 1)]);
    }
    return Object.fromEntries(copied);
  }

  return isObject(body) ? copyFields(Object.entries(body), 1) : {};
}
