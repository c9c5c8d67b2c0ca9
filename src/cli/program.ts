/** The program: every command of the table, with help and errors of the command line itself. */
import { Command, CommanderError } from 'commander';
import type { Cli, RegisterCommand } from './cli.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exit-codes.ts';
import type { Stream } from './output.ts';

/** What is shown below the list of commands. */
const AFTER_HELP = `
Exit codes: 0 done, 1 something is wrong, 2 wrong command line, 3 router or provider not reachable, 4 key missing or refused,
130 ended by Ctrl-C. Everything else is in docs/command-line.md.`;

/** Creates the program. Help and errors of the command line go to the given streams. @param commands absent = all. */
export function createProgram(
  cli: Cli,
  { stdout, stderr, version }: { stdout: Stream; stderr: Stream; version: string },
  commands: readonly RegisterCommand[] = COMMANDS,
): Command {
  const program = new Command('tributary');
  program
    .description('Runs the router, explains requests, and manages providers and keys.')
    .version(version, '--version', 'print the version')
    .option('--json', 'print JSON to stdout, and nothing else there')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => (stdout.isTTY === true ? (stdout.columns ?? 80) : 100),
      getErrHelpWidth: () => (stderr.isTTY === true ? (stderr.columns ?? 80) : 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help prints what the command takes)')
    .exitOverride()
    .addHelpText('after', AFTER_HELP);
  for (const register of commands) register(program, cli);
  return program;
}

/** Exit code of an error that commander throws: for help and version 0. */
export const exitCodeOf = (error: CommanderError): number => (error.exitCode === 0 ? EXIT.ok : EXIT.usage);
