/**
 * `npm start`: the router with its storage on this machine, on one port. Needs no account and no network besides the providers'.
 *
 * This process reads the command line, checks the port and builds. What serves (`start-group.ts`) runs in a process group of its own, which ends
 * when this process does, in whatever way.
 */
import { join } from 'node:path';
import { isTaken } from '../port.ts';
import { runGroup } from '../process-group.ts';
import { buildWhereNeeded } from './build.ts';
import { readStartOptions, StartError, type StartOptions } from './options.ts';
import { readVariablesFile } from './variables.ts';

/** Longest time that answers in flight may take after a signal, in milliseconds; `start-group.ts` keeps to it. */
const PATIENCE_MS = 12_000;

/** Longest wait for the port of an instance that is ending, in milliseconds. */
const PORT_WAIT_MS = 1500;

async function checkPort({ port, host }: StartOptions): Promise<void> {
  if (port === 0) return;
  const end = Date.now() + PORT_WAIT_MS;
  while (await isTaken(port, host)) {
    if (Date.now() > end)
      throw new StartError(`Port ${port} is taken: something else listens there. Choose another: npm start -- --port ${port + 1}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

async function start(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2));
  if (options.isBuildOnly) return buildWhereNeeded();
  readVariablesFile(options); // a missing file is reported before anything starts
  await checkPort(options);
  buildWhereNeeded();
  runGroup({ script: join(import.meta.dirname, 'start-group.ts'), given: [JSON.stringify(options)], patienceMs: PATIENCE_MS });
}

try {
  await start();
} catch (thrown) {
  if (!(thrown instanceof StartError)) throw thrown;
  console.error(thrown.message);
  process.exitCode = 1;
}
