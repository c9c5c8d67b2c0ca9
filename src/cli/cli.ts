/** What every command gets. All input and output of a command passes through it, so that tests run commands without a process. */
import type { Command } from 'commander';
import type { Output } from './output.ts';
import type { SendRequest } from './send-request.ts';

/** The surroundings of one call of the command line. */
export type Cli = {
  readonly output: Output;
  /** Variables of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder in which the command was given: relative paths count from it. */
  readonly folder: string;
  /** Folder of the project. */
  readonly root: string;
  /** Aborted by Ctrl-C. Whatever waits or sends takes it. */
  readonly signal: AbortSignal;
  /** Sends a request over the network. */
  readonly send: SendRequest;
  /** Reads stdin to its end. @throws CliError where stdin is a terminal. */
  readonly readInput: () => Promise<string>;
  /** Whether the user can be asked: stdin and stderr are a terminal, and the output is not JSON. */
  readonly canAsk: boolean;
  /** Asks the user for a line. @throws CliError where there is no terminal. */
  readonly ask: (question: string) => Promise<string>;
  /** Sets the exit code (`EXIT`) of a command that ends without an error. */
  readonly endWith: (exitCode: number) => void;
};

/** Adds a command, or a group of commands, to the program. */
export type RegisterCommand = (program: Command, cli: Cli) => void;
