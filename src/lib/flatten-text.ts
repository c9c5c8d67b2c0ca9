/**
 * Copies a text so that it keeps no other text in memory. In V8 a slice of 13 or more characters references the whole text that it was
 * cut from, and a text built with `+` references all of its parts: 16 characters of an event of 15 KB keep 15 KB alive.
 */

/** Returns the same text as an independent copy. */
export const flattenText = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));
