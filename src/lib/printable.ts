/** Text of others made safe to show on one line: in a log, in a terminal, in a message. */

/** Control characters (C0, DEL, C1), line and paragraph separators, marks that change the direction of text, lone surrogates. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what is being looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

/** The beginning of a text, cut where an unbroken run of characters ends, so that no half of a secret is left; whole when it is short enough. */
export const cutAtBreak = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters
    ? `${text
        .slice(0, maxCharacters + 1)
        .replace(/[^\s"]*$/, '')
        .trimEnd()}...`
    : text;

/** The text with everything unprintable escaped as in JSON, and cut after so many characters. */
export function printable(text: string, maxCharacters: number): string {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}...` : text;
  return shown.replace(UNPRINTABLE, (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
