/** Finds what the file of a provider says of a parameter: its line, and the comments before it. Pure. */

/** Lines of a file. */
export type Excerpt = {
  /** Number of the first line, counted from 1. */
  readonly line: number;
  readonly text: string;
};

/** Most places that are shown of one file. */
const MAX_EXCERPTS = 6;

/** Most lines of one place: a comment before a key may be long. */
const MAX_LINES = 24;

/**
 * The places of a file where a key is, each with the comments directly above it and after it in its line. A value over several lines is shown to the line
 * on which its brackets are closed.
 *
 * @param source text of a provider file (JSON with comments). @param key such as `temperature`.
 */
export function findExcerpts(source: string, key: string): Excerpt[] {
  const lines = source.split('\n');
  const opening = `"${key}":`;
  return lines.flatMap((line, index) => (line.trimStart().startsWith(opening) ? [excerptAt(lines, index)] : [])).slice(0, MAX_EXCERPTS);
}

function excerptAt(lines: readonly string[], index: number): Excerpt {
  let first = index;
  while (first > 0 && isComment(lines[first - 1] ?? '')) first -= 1;
  let last = index;
  for (let depth = depthOf(lines[index] ?? ''); depth > 0 && last + 1 < lines.length;) {
    last += 1;
    depth += depthOf(lines[last] ?? '');
  }
  const shown = lines.slice(Math.max(first, last - MAX_LINES + 1), last + 1);
  return { line: last - shown.length + 2, text: withoutIndent(shown) };
}

const isComment = (line: string) => line.trimStart().startsWith('//');

/** Brackets that a line opens, less those that it closes. Comments have none that count. */
function depthOf(line: string): number {
  const code = line.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\/\/.*$/, '');
  return (code.match(/[[{]/g) ?? []).length - (code.match(/[\]}]/g) ?? []).length;
}

function withoutIndent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, 40);
  return lines.map((line) => line.slice(indent)).join('\n');
}
