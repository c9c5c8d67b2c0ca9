/** Runs `tributary` as a process: through pipes, and in a terminal. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../dev/root.ts';

/** What `npx tributary` runs. */
export const TRIBUTARY = join(ROOT, 'src/cli/tributary.js');

type Environment = Readonly<Record<string, string | undefined>>;

/** Without what the test runner sets for colours, and without the keys of the environment. */
const environmentOf = (own: Environment): Environment => ({
  ...process.env,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  VITEST: undefined,
  ADMIN_API_KEY: undefined,
  TRIBUTARY_KEY: undefined,
  TRIBUTARY_URL: undefined,
  PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  ...own,
});

/** A call through pipes. */
export type Call = {
  stdout: () => string;
  stderr: () => string;
  /** Exit code; null where a signal ended it. */
  exit: Promise<number | null>;
  child: ChildProcess;
};

/** @param input what stdin has; absent = nothing. */
export function start(
  words: readonly string[],
  { input = '', environment = {} }: { input?: string; environment?: Environment } = {},
): Call {
  const child = spawn(process.execPath, [TRIBUTARY, ...words], { cwd: ROOT, stdio: 'pipe', env: environmentOf(environment) });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (bytes: Buffer) => (printed[name] += String(bytes)));
  child.stdin.on('error', () => undefined); // a command that does not read it may be gone
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { stdout: () => printed.stdout, stderr: () => printed.stderr, exit, child };
}

/** The same, to its end. */
export async function call(
  words: readonly string[],
  options: Parameters<typeof start>[1] = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { exit, stdout, stderr } = start(words, options);
  const code = await exit;
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Whether there is `script` of util-linux, which makes terminals. */
export const hasTerminals: boolean = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

if (!hasTerminals) console.log('Terminal tests skipped: install script of util-linux (Debian: apt-get install bsdutils).');

/** A call in a terminal. */
export type TerminalCall = { screen: () => string; type: (text: string) => void; exit: Promise<number | null> };

/** Runs a line of shell in a terminal of so many columns. */
export function startInTerminal(
  line: string,
  { columns = 100, environment = {} }: { columns?: number; environment?: Environment } = {},
): TerminalCall {
  const child = spawn('script', ['-qfec', `stty cols ${columns} rows 40; ${line}`, '/dev/null'], {
    cwd: ROOT,
    stdio: 'pipe',
    env: { ...environmentOf(environment), SHELL: '/bin/sh', TERM: 'xterm-256color' },
  });
  let screen = '';
  child.stdout.on('data', (bytes: Buffer) => (screen += String(bytes)));
  child.stderr.on('data', (bytes: Buffer) => (screen += String(bytes)));
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { screen: () => screen, type: (text) => void child.stdin.write(text), exit };
}

/** A command as one line of shell. */
export const shellLine = (words: readonly string[]): string => [process.execPath, TRIBUTARY, ...words].map((word) => `'${word}'`).join(' ');
