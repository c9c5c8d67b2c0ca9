/** Text with a colour or weight. What is printed is data and style apart, so that text from outside can bring no control characters. */
import type { styleText } from 'node:util';

/** A text in a style of `util.styleText`. */
export type Styled = { readonly text: string; readonly style: Parameters<typeof styleText>[0] };

/** Text with or without a style. */
export type Text = string | Styled;

export const bold = (text: string): Styled => ({ text, style: 'bold' });
/** For what explains, and is not the answer itself. */
export const dim = (text: string): Styled => ({ text, style: 'dim' });
/** For what is wrong. */
export const red = (text: string): Styled => ({ text, style: 'red' });
/** For what is as it should be. */
export const green = (text: string): Styled => ({ text, style: 'green' });
/** For what was changed, or deserves a look. */
export const yellow = (text: string): Styled => ({ text, style: 'yellow' });
/** For names: of commands, providers, models. */
export const cyan = (text: string): Styled => ({ text, style: 'cyan' });

/** The text without its style. */
export const plainText = (text: Text): string => (typeof text === 'string' ? text : text.text);
