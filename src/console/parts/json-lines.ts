/** Writes a JSON document as lines, each with the pointer of what is in it, so that lines can be marked and compared. */
import { isObject } from '../../lib/json.ts';
import { childPointer } from './pointer.ts';

/** A line. An object or array has the line that opens it and the one that closes it. */
export type JsonLine = { readonly text: string; readonly depth: number; readonly pointer: string; readonly isEnd: boolean };

/** Longest text of a value that is shown whole, in UTF-16 units: images by data URL are longer. */
export const MAX_SHOWN_TEXT = 4000;

/** The lines of a document, without their indentation. */
export function jsonLines(document: unknown): JsonLine[] {
  const lines: JsonLine[] = [];
  write(document, { lines, pointer: '', depth: 0, before: '', after: '' });
  return lines;
}

/** One value that is no object and no array, as JSON. A long text is cut, and says so. */
function scalarText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length <= MAX_SHOWN_TEXT) return text;
  return `${text.slice(0, MAX_SHOWN_TEXT)}" … ${(text.length - MAX_SHOWN_TEXT).toLocaleString('en-US')} more characters are not shown`;
}

/** Entries of an object or array, and its brackets; null for other values. */
function entriesOf(value: unknown): { entries: [string | number, unknown][]; open: string; close: string } | null {
  if (Array.isArray(value)) return { entries: value.map((item, index) => [index, item]), open: '[', close: ']' };
  return isObject(value) ? { entries: Object.entries(value), open: '{', close: '}' } : null;
}

type Output = { lines: JsonLine[]; pointer: string; depth: number; before: string; after: string };

function write(value: unknown, { lines, pointer, depth, before, after }: Output): void {
  const inner = entriesOf(value);
  if (inner === null || inner.entries.length === 0) {
    const text = inner === null ? scalarText(value) : inner.open + inner.close;
    lines.push({ text: before + text + after, depth, pointer, isEnd: false });
    return;
  }
  lines.push({ text: before + inner.open, depth, pointer, isEnd: false });
  for (const [index, [key, child]] of inner.entries.entries()) {
    const name = typeof key === 'number' ? '' : `${JSON.stringify(key)}: `;
    const comma = index === inner.entries.length - 1 ? '' : ',';
    write(child, { lines, pointer: childPointer(pointer, key), depth: depth + 1, before: name, after: comma });
  }
  lines.push({ text: inner.close + after, depth, pointer, isEnd: true });
}
