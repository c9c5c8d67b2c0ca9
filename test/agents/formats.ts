/** Four wire formats of upstreams, written by hand: nothing of `src/`. */
import { anthropic } from './formats/anthropic.ts';
import { chat } from './formats/chat.ts';
import { gemini } from './formats/gemini.ts';
import { responses } from './formats/responses.ts';

/** The formats by name. */
export const FORMATS = { chat, gemini, anthropic, responses } as const;

/** Name of a format. */
export type FormatName = keyof typeof FORMATS;
