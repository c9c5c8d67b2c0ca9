/** Writes JSON in one form: equal values give equal texts, whatever the order of their fields. For hashes of values. */
import { isExactNumber } from './exact-json.ts';

/**
 * Writes a value with the fields of each object in order of their names. Fields that are undefined are left out. Numbers that keep their digits
 * (`exact-json.ts`) are written as they are.
 *
 * @returns null for a text of more than `most` UTF-16 units.
 */
export function canonicalJson(value: unknown, most = Infinity): string | null {
  const pieces: string[] = [];
  let left = most;

  function write(piece: string): boolean {
    pieces.push(piece);
    left -= piece.length;
    return left >= 0;
  }

  function writeValue(given: unknown): boolean {
    // A text is at least as long as the string in it: a large one is not written to be thrown away.
    if (typeof given === 'string' && given.length > left) return false;
    if (typeof given !== 'object' || given === null || isExactNumber(given)) return write(JSON.stringify(given ?? null));
    if (Array.isArray(given)) {
      return write('[') && given.every((entry, index) => (index === 0 || write(',')) && writeValue(entry)) && write(']');
    }
    const names = Object.keys(given).filter((name) => (given as Fields)[name] !== undefined);
    const writeField = (name: string, index: number) =>
      write(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`) && writeValue((given as Fields)[name]);
    return write('{') && names.sort().every(writeField) && write('}');
  }

  return writeValue(value) ? pieces.join('') : null;
}

type Fields = Readonly<Record<string, unknown>>;
