/** Runs one command line: words in, exit code out. Errors are printed here, and nowhere else. */
import { CommanderError } from 'commander';
import { toPrintable } from '../lib/printable.ts';
import { CliError } from './cli-error.ts';
import type { Cli, RegisterCommand } from './cli.ts';
import { EXIT } from './exit-codes.ts';
import { Output, type OutputStreams } from './output.ts';
import { createProgram, exitCodeOf } from './program.ts';
import { red } from './styled.ts';

/** What the process gives to a command, besides the words. */
export type Process = Omit<Cli, 'output' | 'endWith' | 'canAsk'> & {
  readonly streams: OutputStreams;
  readonly version: string;
  readonly isInteractive: boolean;
};

/** Longest question, in characters. */
const MAX_QUESTION = 2000;

/** @param words what follows `tributary`. @param commands absent = all. @returns the exit code. */
export async function run(words: readonly string[], process: Process, commands?: readonly RegisterCommand[]): Promise<number> {
  const { streams, version, isInteractive, ...surroundings } = process;
  const isJson = asksForJson(words);
  const output = new Output(streams, { isJson, environment: process.environment });
  let exitCode: number | null = null;
  const cli: Cli = {
    ...surroundings,
    output,
    canAsk: isInteractive && !isJson,
    ask: (question) => process.ask(toPrintable(question, MAX_QUESTION)), // names of a router or provider are in questions
    endWith: (code) => (exitCode = code),
  };
  const program = createProgram(cli, { ...streams, version }, commands);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode ?? (process.signal.aborted ? EXIT.interrupted : EXIT.ok);
  } catch (thrown) {
    if (process.signal.aborted) {
      const hasNext = thrown instanceof CliError && thrown.kind === 'interrupted' && thrown.next !== null;
      if (hasNext) printError(output, thrown); // how the command is continued
      return EXIT.interrupted;
    }
    if (thrown instanceof CommanderError) {
      const code = exitCodeOf(thrown);
      if (code !== EXIT.ok) printError(output, usageError(thrown), true); // commander has printed it for people
      return code;
    }
    if (!(thrown instanceof CliError)) throw thrown;
    printError(output, thrown);
    return thrown.exitCode;
  }
}

function usageError({ code, message }: CommanderError): CliError {
  const isMissing = code === 'commander.help';
  return new CliError(
    'usage',
    isMissing ? 'A command is missing.' : message.replace(/^error: /, ''),
    'npx tributary --help lists commands and options.',
  );
}

/** Options are read before the command is known: errors of the command line depend on it. */
function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--json');
}

/** Prints to stderr for people, and with `--json` also to stdout. @param isPrinted the text for people was printed already. */
function printError(output: Output, { kind, message, next, exitCode }: CliError, isPrinted = false): void {
  if (!isPrinted) {
    const [first = '', ...more] = message.split('\n');
    output.note(red('Error: '), first);
    for (const line of [...more, ...(next?.split('\n') ?? [])]) output.note(line);
  }
  if (output.isJson) output.result({ error: { kind, message, next, exit_code: exitCode } }, () => undefined);
}
