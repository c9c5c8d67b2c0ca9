/** Writes one value of a JSON document. */

/** Longest text of a value that is shown whole, in UTF-16 units: images by data URL are longer. */
export const MAX_SHOWN_TEXT = 4000;

/** A value without entries, as JSON. A long text is cut, and says so. */
export function scalarText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length <= MAX_SHOWN_TEXT) return text;
  return `${text.slice(0, MAX_SHOWN_TEXT)}" … ${(text.length - MAX_SHOWN_TEXT).toLocaleString('en-US')} more characters are not shown`;
}
