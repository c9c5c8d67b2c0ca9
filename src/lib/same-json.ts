/** Compares JSON values. */
import { isObject } from './json.ts';

/**
 * True where two values have the same fields with the same values, in any order, and the same items in the same order. A field that is undefined is
 * one that is absent, as in JSON.
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSameJson(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  return [...Object.keys(one), ...Object.keys(other)].every((name) => isSameJson(own(one, name), own(other, name)));
}

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
