/** The line of each public slug in the compact form of the catalogue (`rows.ts`), and the providers that a line names. */
import { once } from '../lib/memoize.ts';

/** Marks of providers, in the order of the catalogue: one character each. The first are short in UTF-8; the fault table needs over 700. */
export const marks = once(
  () =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*-.:;<=>?@[]^_{|}~\u00e0\u00e1\u00e2\u00e3\u00e4\u00e5\u00e6\u00e7\u00e8\u00e9\u00ea\u00eb' +
    String.fromCharCode(...Array.from({ length: 1024 }, (_, index) => 0x100 + index)),
);

/** Returns the lines of slugs, sorted. */
export const slugLines = (slugs: string): readonly string[] => (slugs === '' ? [] : slugs.split('\n'));

/** Returns the slug of a line. */
export const slugOf = (line: string): string => line.slice(0, line.indexOf('\t'));

/** Returns the place of a slug among the lines; -1 where it has none. A search by halves: an index would cost each start all lines. */
export function placeOf(slug: string, lines: readonly string[]): number {
  let [from, to] = [0, lines.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (slugOf(lines[middle] ?? '') < slug) from = middle + 1;
    else to = middle;
  }
  return slugOf(lines[from] ?? '') === slug ? from : -1;
}

/** Returns the marks of the providers that offer a model. */
export const marksOf = (slug: string, lines: readonly string[]): string => lines[placeOf(slug, lines)]?.split('\t')[1] ?? '';
