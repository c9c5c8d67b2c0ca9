/**
 * Tables that map upstream errors to meanings. Rows are data: a provider file has its own rows, a wire format has a table next to its codec.
 * The first matching row decides.
 */
import type { ErrorFacts } from './error-facts.ts';
import type { ErrorType } from './error-type.ts';
import type { ErrorMeaning } from './meaning.ts';

/** Codes or phrases with one meaning. One match is enough. */
export type ErrorRow = {
  means: ErrorMeaning;
  /** Values of `code`, `type`, `status` or `reason`, in lower case. */
  codes?: readonly string[];
  /** Phrases in lower case, with `''` for quoted text. `*` matches up to 200 characters. */
  words?: readonly string[];
  /** HTTP statuses to which the row is limited; absent = any. A row with nothing else matches every error with such a status. */
  statuses?: readonly number[];
  /** Error type for the client, where the meaning allows several. */
  type?: ErrorType;
};

/** Most characters that `*` matches. */
const MAX_GAP = 200;

/** Returns the first row that matches an error, or undefined. */
export function findErrorRow(rows: readonly ErrorRow[], { codes, text, status }: ErrorFacts): ErrorRow | undefined {
  return rows.find((row) => {
    if (row.statuses !== undefined && (status === null || !row.statuses.includes(status))) return false;
    if (row.codes === undefined && row.words === undefined) return true;
    return row.codes?.some((code) => codes.has(code)) === true || row.words?.some((phrase) => matchesPhrase(phrase, text)) === true;
  });
}

/**
 * True when all codes and phrases that matched also appear in the request. The provider may then only repeat the client's text. Numbers do
 * not count, because every request contains many.
 *
 * @param request body of the request, as text.
 */
export function mayRepeat({ codes = [], words = [] }: ErrorRow, facts: ErrorFacts, request: string): boolean {
  const matched = [...codes.filter((code) => facts.codes.has(code)), ...words.filter((phrase) => matchesPhrase(phrase, facts.text))];
  return matched.length > 0 && matched.every((phrase) => isRepeated(phrase, request));
}

/** Matches what may separate two words in JSON text. */
const BETWEEN_WORDS = String.raw`(?:\\u[0-9a-f]{4}|\\[a-z]|[^\p{L}\p{N}]){0,20}`;

/** True when all parts of a phrase appear in a request, with any punctuation. */
function isRepeated(phrase: string, request: string): boolean {
  const pieces = phrase.split(/\*|''/).map((piece) => piece.match(/[\p{L}\p{N}]+/gu) ?? []);
  const worded = pieces.filter((words) => words.some((word) => /\p{L}/u.test(word)));
  return worded.length > 0 && worded.every((words) => new RegExp(words.join(BETWEEN_WORDS), 'iu').test(request));
}

/** True when a phrase appears in a text. Linear in the text for each part of the phrase. */
function matchesPhrase(phrase: string, text: string): boolean {
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
