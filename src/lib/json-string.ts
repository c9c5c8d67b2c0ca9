/** Finds the end of a string in JSON text. */

const BACKSLASH = 0x5c;

/** Returns the position of the quote that ends a string, or the length of the text. @param start behind its first quote. */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote >= 0) {
    let before = quote - 1;
    while (before >= start && text.charCodeAt(before) === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote; // an even number of backslashes escape each other
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}
