/**
 * Tables of what upstream errors say and mean. A row is data: a provider file has rows of its own, a wire format has a table beside its
 * codec. The first row that matches decides.
 */
import type { ErrorFacts } from './error-facts.ts';
import type { ErrorType } from './error-type.ts';
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

/**
 * Whether all that a row recognised in an error also stands in the request that was sent, so that the provider may only repeat what the
 * client wrote. Numbers are no words: every request is full of them.
 *
 * @param request body of the request, as text.
 */
export function mayRepeat({ codes = [], words = [] }: ErrorRow, facts: ErrorFacts, request: string): boolean {
  const said = [...codes.filter((code) => facts.codes.has(code)), ...words.filter((phrase) => isSaid(phrase, facts.text))];
  return said.length > 0 && said.every((phrase) => isRepeated(phrase, request));
}

/** What may stand between two words where a text is written as JSON. */
const BETWEEN_WORDS = String.raw`(?:\\u[0-9a-f]{4}|\\[a-z]|[^\p{L}\p{N}]){0,20}`;

/** Whether every piece of a phrase stands in a request, however it is punctuated there. */
function isRepeated(phrase: string, request: string): boolean {
  const pieces = phrase.split(/\*|''/).map((piece) => piece.match(/[\p{L}\p{N}]+/gu) ?? []);
  const worded = pieces.filter((words) => words.some((word) => /\p{L}/u.test(word)));
  return worded.length > 0 && worded.every((words) => new RegExp(words.join(BETWEEN_WORDS), 'iu').test(request));
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
