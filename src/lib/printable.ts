/** Makes received text safe for one line of a log, a terminal or a message. */

/** Control characters (C0, DEL, C1), line and paragraph separators, direction marks, lone surrogates. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters on purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

/** Shortens a text to at most `maxCharacters`, at a blank or quote, so that no part of a secret remains at the cut. */
export const shorten = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters
    ? `${text
        .slice(0, maxCharacters + 1)
        .replace(/[^\s"]*$/, '')
        .trimEnd()}...`
    : text;

/** Escapes unprintable characters as in JSON, and shortens the text to `maxCharacters`. */
export function toPrintable(text: string, maxCharacters: number): string {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text;
  return shown.replace(
    UNPRINTABLE,
    (character) => SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
