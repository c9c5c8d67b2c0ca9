/** JSON pointers (RFC 6901): where a value is in a document. `''` is the document itself. */
import { isObject } from './json.ts';

/** The pointer of a field or an item below another pointer. */
export const childPointer = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The keys of a pointer, from the top. */
export const pointerKeys = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Writes a path as adjustments and errors have it (`tools[0].function.name`) as a pointer. */
export function pointerOfPath(path: string): string {
  const keys = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  return keys.filter((key) => key !== '').reduce(childPointer, '');
}

/** The value at a pointer; undefined = there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  return pointerKeys(pointer).reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, document);
}

/** The longest beginning of a pointer that exists in the document: null where not even its first key does. */
export function nearestPointer(document: unknown, pointer: string): string | null {
  for (let keys = pointerKeys(pointer); keys.length > 0; keys = keys.slice(0, -1)) {
    const shorter = keys.reduce(childPointer, '');
    if (valueAt(document, shorter) !== undefined) return shorter;
  }
  return null;
}
