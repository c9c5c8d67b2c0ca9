/** Commands that run a script of the project: its options are passed on as they are, and its exit code is that of the command. */
import type { Cli } from '../cli.ts';
import { runScript } from '../run-script.ts';

/** Options as commander gives them. */
export type GivenOptions = Readonly<Record<string, string | boolean>>;

/** A server, or a script that ends by itself. `listening`: finds the address in a line that it prints. */
type ScriptCommand = { readonly path: string; readonly given: readonly string[]; readonly listening?: RegExp };

/** Writes options as words again. `--json` is not for the script. */
export const toWords = (options: GivenOptions): string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : value === false ? [] : [`${flag}=${value}`];
  });

/**
 * Runs the script. With `--json`, what it prints goes to stderr, and stdout has a line of JSON when it listens and one when it has ended.
 */
export async function runScriptCommand({ path, given, listening }: ScriptCommand, cli: Cli): Promise<void> {
  const { output } = cli;
  const onLine = (line: string) => {
    output.note(line);
    const url = listening?.exec(line)?.[1];
    if (url !== undefined) output.jsonLine({ event: 'listening', url });
  };
  const code = await runScript({ path, given, ...(output.isJson ? { onLine } : {}) }, cli);
  output.jsonLine({ event: 'ended', exit_code: code });
  cli.endWith(code);
}
