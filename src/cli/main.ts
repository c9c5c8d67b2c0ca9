/** The process of the command line: words, streams and signals of this process. Started by `tributary.js`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './run.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A second Ctrl-C ends the process at once. Within this time it is the same one, which a wrapper (npx) has passed on. In milliseconds. */
const SAME_SIGNAL_MS = 300;

const { stdin, stdout, stderr, env } = process;
const controller = new AbortController();

/** The reader has closed the pipe (`| head -1`): there is nothing left to do. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
}

function abortOnInterrupt(): void {
  let first: number | null = null;
  process.on('SIGINT', () => {
    first ??= Date.now();
    if (Date.now() - first > SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
    controller.abort();
  });
}

async function readInput(): Promise<string> {
  if (stdin.isTTY)
    throw new CliError('usage', 'stdin is a terminal; expected a file or a pipe.', 'Pass a file, or pipe the text: ... < request.json');
  return text(stdin);
}

const isInteractive = stdin.isTTY && stderr.isTTY;

async function ask(question: string): Promise<string> {
  if (!isInteractive)
    throw new CliError('usage', `There is no terminal to ask: ${question}`, 'Give the value as an option; --help lists them.');
  const reader = createInterface({ input: stdin, output: stderr });
  reader.on('SIGINT', () => process.emit('SIGINT'));
  try {
    return await reader.question(question, { signal: controller.signal });
  } finally {
    reader.close();
  }
}

stdout.on('error', endOnClosedPipe);
stderr.on('error', endOnClosedPipe);
abortOnInterrupt();
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }; // our own file
process.exitCode = await run(process.argv.slice(2), {
  streams: { stdout, stderr },
  version,
  environment: env,
  folder: process.cwd(),
  root: ROOT,
  signal: controller.signal,
  send: fetch,
  readInput,
  isInteractive,
  ask,
});
