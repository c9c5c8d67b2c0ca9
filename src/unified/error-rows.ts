/**
 * Tables of what upstream errors say and mean. A row is data: a provider file has rows of its own, a wire format has a table beside its
 * codec. The first row that matches decides.
 */
import type { ErrorFacts } from './error-facts.ts';
import type { ErrorType } from './error.ts';
import type { ErrorMeaning } from './meaning.ts';

/** Words that have one meaning: one of the codes or one of the phrases. */
export type ErrorRow = {
  means: ErrorMeaning;
  /** Values of `code`, `type`, `status` or `reason`, in lower case. */
  codes?: readonly string[];
  /** Phrases in lower case, with `''` for quoted text. `*` stands for at most 200 characters. */
  words?: readonly string[];
  /** HTTP statuses with which the row applies; absent = any. A row that has only this applies to every error with such a status. */
  statuses?: readonly number[];
  /** What the client is told, where the meaning allows several. */
  type?: ErrorType;
};

/** Most characters that `*` stands for. */
const MAX_GAP = 200;

/** The first row that an error matches; undefined when there is none. */
export function findErrorRow(rows: readonly ErrorRow[], { codes, text, status }: ErrorFacts): ErrorRow | undefined {
  return rows.find((row) => {
    if (row.statuses !== undefined && (status === null || !row.statuses.includes(status))) return false;
    if (row.codes === undefined && row.words === undefined) return true;
    return row.codes?.some((code) => codes.has(code)) === true || row.words?.some((phrase) => isSaid(phrase, text)) === true;
  });
}

/** Whether a phrase stands in a text. Linear in the text for each piece of the phrase. */
function isSaid(phrase: string, text: string): boolean {
  const [first = '', ...pieces] = phrase.split('*');
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    let end = start + first.length;
    const isWhole = pieces.every((piece) => {
      const next = text.slice(end, end + MAX_GAP + piece.length).indexOf(piece);
      if (next < 0) return false;
      end += next + piece.length;
      return true;
    });
    if (isWhole) return true;
  }
  return false;
}
