/** `npm start` as a process of its own, for tests that end it, kill it, and start it again on the same data folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';
import { until } from './harness.ts';

/** A router that was started by `npm start`. */
export type NodeRouter = {
  readonly url: string;
  /** Everything it has printed so far. */
  readonly output: () => string;
  /** `kill -9`, and waits until nothing listens any more. */
  readonly kill: () => Promise<void>;
  /** SIGTERM. Resolves with the exit code when the router has ended. */
  readonly end: () => Promise<number | null>;
};

/** How to start one. */
export type NodeRouterOptions = {
  /** Content of the file of variables; `SIMULATOR_URL` is possible. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Further flags of `npm start`. */
  readonly flags?: readonly string[];
};

/** Longest wait for a start, with its build, and for an end, in milliseconds. */
const DEADLINE_MS = 60_000;

/** Path of the script behind `npm start`. */
export const START = 'test/dev/start/start.ts';

/** Creates a folder for data and variables. Remove it after the last router on it has ended. */
export async function createDataFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-start-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts a router on a free port. @throws Error with its output where it ends instead. */
export async function startNodeRouter(data: string, options: NodeRouterOptions = {}): Promise<NodeRouter> {
  const { variables = {}, environment = {}, flags = [] } = options;
  const file = join(data, 'variables');
  // Values are quoted: a JSON value has "#" and quotes.
  await writeFile(
    file,
    Object.entries(variables)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  );
  const running = runScript(ROOT, START, ['--port', '0', '--data', data, '--vars', file, ...flags], environment);
  let exited = false;
  void running.exit.then(() => (exited = true));
  const url = await until(
    'npm start to listen',
    () => {
      if (exited) throw new Error(`npm start ended:\n${running.output()}`);
      return /listens on (\S+)/.exec(running.output())?.[1]?.replace('0.0.0.0', '127.0.0.1');
    },
    DEADLINE_MS,
  );
  const isClosed = async () => {
    await running.exit;
    await until('the port to be closed', async () => ((await fetch(`${url}/health`).catch(() => null)) === null ? true : undefined));
  };
  return {
    url,
    output: running.output,
    kill: async () => {
      running.signal('SIGKILL');
      await isClosed();
    },
    end: () => {
      running.signal('SIGTERM');
      return running.exit;
    },
  };
}
