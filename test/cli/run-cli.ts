/** Runs the command line in this process, with streams that are kept. */
import type { Process } from '../../src/cli/run.ts';
import { run } from '../../src/cli/run.ts';
import type { RegisterCommand } from '../../src/cli/cli.ts';
import { CliError } from '../../src/cli/cli-error.ts';
import { ROOT } from '../dev/root.ts';

/** What a call printed, and how it ended. */
export type Ended = { code: number; stdout: string; stderr: string };

/** @param answers to questions, in their order; none = there is no terminal to ask. @param columns of the terminal; absent = a pipe. */
export type CliOptions = Partial<Pick<Process, 'environment' | 'folder' | 'root' | 'signal' | 'send' | 'ask'>> & {
  input?: string;
  answers?: string[];
  columns?: number;
  commands?: readonly RegisterCommand[];
};

/** A network in which nothing listens: what `fetch` throws then. */
export const refuseConnection = (): Promise<never> =>
  Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }));

/** @param words what follows `tributary`. */
export async function runCli(words: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const { input, answers, columns, commands, ...more } = options;
  const printed = { stdout: '', stderr: '' };
  const streamTo = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (printed[name] += text),
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  });
  const code = await run(
    words,
    {
      streams: { stdout: streamTo('stdout'), stderr: streamTo('stderr') },
      version: '1.2.3',
      environment: {},
      folder: ROOT,
      root: ROOT,
      signal: new AbortController().signal,
      send: refuseConnection,
      readInput: () => (input === undefined ? Promise.reject(new CliError('usage', 'stdin is a terminal')) : Promise.resolve(input)),
      isInteractive: answers !== undefined,
      ask: () => Promise.resolve(answers?.shift() ?? ''),
      ...more,
    },
    commands,
  );
  return { code, ...printed };
}
