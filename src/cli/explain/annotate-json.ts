/** JSON for a terminal: lines with the JSON Pointer (RFC 6901) of what begins in them, so that notes can be put where they belong. */
import { jsonLines } from '../../lib/json-lines.ts';

/** A line of a document. `pointer` is null for a line that only closes. */
export type JsonLine = { readonly text: string; readonly pointer: string | null };

/** Longest string that is written in full, in characters. Longer ones are cut, and state their length. */
const MAX_STRING = 300;

/** Writes a value as `JSON.stringify(value, null, 2)` does, with long strings cut at a place that shows it. */
export const annotateJson = (value: unknown): JsonLine[] =>
  jsonLines(value, scalarText).map(({ text, depth, pointer, isEnd }) => ({
    text: '  '.repeat(depth) + text,
    pointer: isEnd ? null : pointer,
  }));

/** A value on one line. */
export function scalarText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (typeof value !== 'string' || value.length <= MAX_STRING) return text;
  return `${JSON.stringify(value.slice(0, MAX_STRING).toWellFormed())} ... (${value.length.toLocaleString('en')} characters)`;
}
