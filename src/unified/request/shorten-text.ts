/** Shortens texts: the middle is left out, and a note states how much. */

/** What a conversation becomes when it is shortened. */
export type Shortening = {
  /** Turns to leave out, by their index. */
  without: ReadonlySet<number>;
  /** Longest text of a turn that is not a system turn, in UTF-16 units: the middle of a longer one is left out. Infinity = none is cut. */
  longestText: number;
};

/** Least length that texts are cut to, in UTF-16 units. */
export const LEAST_LONGEST_TEXT = 200;

/** Returns the text, or its beginning and its end with a note between them. @param longest at least {@link LEAST_LONGEST_TEXT}. */
export function cutMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const note = `\n[... ${text.length - longest} characters are left out here ...]\n`;
  const kept = longest - note.length;
  const head = wholeEnd(text, Math.ceil(kept / 2));
  return text.slice(0, head) + note + text.slice(wholeEnd(text, text.length - Math.floor(kept / 2)));
}

/** The position, or the one before it where a pair of surrogates would be split. */
const wholeEnd = (text: string, position: number): number => (/[\udc00-\udfff]/.test(text.charAt(position)) ? position - 1 : position);
