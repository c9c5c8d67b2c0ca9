/** Runs a script of the project as a person would, in a process group of its own, so that all of it can be ended. */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../dev/root.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';

/** A command that is running. */
export type RunningCommand = {
  /** Everything it has printed so far, on either stream, without colours. */
  output: () => string;
  /** Resolves with its exit code; null when a signal ended it. */
  exit: Promise<number | null>;
  /** Sends a signal to the script alone. */
  signal: (name: NodeJS.Signals) => void;
  /** Ends the whole group: wrappers leave their children alive. */
  stop: () => Promise<void>;
};

/** Starts Node on a script, with the project's own commands in reach. */
export function runScript(
  folder: string,
  script: string,
  given: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(process.execPath, [script, ...given], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      NO_COLOR: '1',
      CI: '1',
      VITEST: undefined,
      ...COMPILE_CACHE,
      ...variables,
    },
  });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += String(piece)));
  child.stderr.on('data', (piece: Buffer) => (text += String(piece)));
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  return {
    // oxlint-disable-next-line no-control-regex -- colours are what is being removed
    output: () => text.replace(/\u001b\[[0-9;]*m/g, ''),
    exit,
    signal: (name) => void child.kill(name),
    stop: async () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // the group is gone already
      }
      await exit;
    },
  };
}

/** A port without a listener. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
