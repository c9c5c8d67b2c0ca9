/** JSON as lines, each with the JSON Pointer (RFC 6901) of what begins in it: notes can be put where they belong. */
import { isObject } from '../../lib/json.ts';

/** A line of a document. `pointer` is null for a line that only closes. */
export type JsonLine = { readonly text: string; readonly pointer: string | null };

/** Longest string that is written in full, in characters. Longer ones are cut, and state their length. */
const MAX_STRING = 300;

/** Writes a value as `JSON.stringify(value, null, 2)` does, with long strings cut at a place that shows it. */
export function annotateJson(value: unknown): JsonLine[] {
  return linesOf(value, '', { indent: '', before: '', after: '' });
}

/** Where a value is: what is in front of it in its line, and behind it. */
type Place = { readonly indent: string; readonly before: string; readonly after: string };

function linesOf(value: unknown, pointer: string, { indent, before, after }: Place): JsonLine[] {
  const entries = entriesOf(value);
  if (entries.length === 0) return [{ text: `${indent}${before}${scalarText(value)}${after}`, pointer }];
  const isList = Array.isArray(value);
  const inner = entries.flatMap(([name, child], index) =>
    linesOf(child, `${pointer}/${escapePointer(name)}`, {
      indent: `${indent}  `,
      before: isList ? '' : `${JSON.stringify(name)}: `,
      after: index < entries.length - 1 ? ',' : '',
    }),
  );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return [{ text: `${indent}${before}${open}`, pointer }, ...inner, { text: `${indent}${close}${after}`, pointer: null }];
}

/** Names and values of an object or array that has any. */
function entriesOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((child, index) => [String(index), child]);
  return isObject(value) ? Object.entries(value).filter(([, child]) => child !== undefined) : [];
}

/** A value on one line. */
export function scalarText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (typeof value !== 'string' || value.length <= MAX_STRING) return text;
  return `${JSON.stringify(value.slice(0, MAX_STRING).toWellFormed())} ... (${value.length.toLocaleString('en')} characters)`;
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
