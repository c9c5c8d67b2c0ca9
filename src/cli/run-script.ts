/** Runs a script of the project (`test/dev/`) as its npm script would: same output, signals and exit code. */
import { fork } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Cli } from './cli.ts';

/** What is run. */
export type Script = {
  /** Path below the folder of the project. */
  readonly path: string;
  readonly given: readonly string[];
  /** Called with each line that the script prints; the line goes to stderr then. Absent = the script prints to the terminal itself. */
  readonly onLine?: (line: string) => void;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Returns its exit code; 128 and the number of the signal where one ended it. It is forked: the channel shows the script when this process is
 * killed (`test/dev/process-group.ts`).
 */
export async function runScript({ path, given, onLine }: Script, { root, folder, environment }: Cli): Promise<number> {
  const child = fork(join(root, path), given, {
    cwd: folder,
    stdio: ['inherit', onLine === undefined ? 'inherit' : 'pipe', 'inherit', 'ipc'],
    env: { ...environment, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${environment['PATH'] ?? ''}` },
  });
  if (onLine !== undefined) child.stdout?.on('data', lineReader(onLine));
  const forward = SIGNALS.map((signal) => [signal, () => void child.kill(signal)] as const);
  for (const [signal, send] of forward) process.on(signal, send);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    for (const [signal, send] of forward) process.off(signal, send);
  }
}

/** Splits what arrives into lines. The scripts print short lines. */
function lineReader(onLine: (line: string) => void): (bytes: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  };
}
