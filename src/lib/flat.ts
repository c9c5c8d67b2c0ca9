/**
 * Text that holds nothing else in memory. In V8 a slice of 13 or more characters refers to the whole text that it was cut from, and a
 * text built with `+` to all of its parts: 16 characters of an event of 15 KB keep 15 KB.
 */

/** The same text as a copy of its own. */
export const flat = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));
