/** Writes a JSON document as lines, each with the pointer (RFC 6901) of what is in it, so that lines can be marked and compared. */
import { childPointer } from './json-pointer.ts';
import { isObject } from './json.ts';

/** A line, without its indentation. An object or array that has entries has the line that opens it and the one that closes it. */
export type JsonLine = { readonly text: string; readonly depth: number; readonly pointer: string; readonly isEnd: boolean };

/** The lines of a document, as `JSON.stringify` breaks them. @param scalarText writes a value that has no entries. */
export function jsonLines(document: unknown, scalarText: (value: unknown) => string): JsonLine[] {
  const lines: JsonLine[] = [];
  write(document, { lines, scalarText, pointer: '', depth: 0, before: '', after: '' });
  return lines;
}

/** Names and values of an object or array. Fields that are undefined are absent, as in JSON. */
function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return isObject(value) ? Object.entries(value).filter(([, child]) => child !== undefined) : [];
}

type Output = {
  lines: JsonLine[];
  scalarText: (value: unknown) => string;
  pointer: string;
  depth: number;
  /** What is in front of the value in its line, and behind it. */
  before: string;
  after: string;
};

function write(value: unknown, { lines, scalarText, pointer, depth, before, after }: Output): void {
  const entries = entriesOf(value);
  if (entries.length === 0) {
    lines.push({ text: before + scalarText(value) + after, depth, pointer, isEnd: false });
    return;
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  lines.push({ text: before + open, depth, pointer, isEnd: false });
  for (const [index, [key, child]] of entries.entries()) {
    const name = typeof key === 'number' ? '' : `${JSON.stringify(key)}: `;
    const comma = index === entries.length - 1 ? '' : ',';
    write(child, { lines, scalarText, pointer: childPointer(pointer, key), depth: depth + 1, before: name, after: comma });
  }
  lines.push({ text: close + after, depth, pointer, isEnd: true });
}
