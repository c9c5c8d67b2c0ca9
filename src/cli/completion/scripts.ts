/**
 * Scripts for the completion of `tributary` in a shell (`tributary.bash`, `.zsh`, `.fish` beside this file). Each asks the command itself, so that
 * it needs no update. It also makes `tributary` a command of that shell, where it is none yet: in the project it is `npx tributary` otherwise.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shells with a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** @param path of `tributary.js`. */
export const completionScript = (shell: Shell, path: string): string =>
  readFileSync(join(import.meta.dirname, `tributary.${shell}`), 'utf8').replaceAll('@TRIBUTARY@', () => quote(path));

/** A text as one word of any of the shells. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
