/** Options of `npm start`. */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { ROOT } from '../root.ts';

/** How `npm start` is called. */
const USE = 'npm start -- [--port 8788] [--data ./data] [--host 127.0.0.1] [--vars .dev.vars] [--build]';

/** Options of `npm start`, checked. */
export type StartOptions = {
  /** Port to listen on; 0 = a free one, which is printed. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  /** Folder with everything that is kept, as an absolute path. */
  readonly data: string;
  /** File with variables, as an absolute path. */
  readonly variablesFile: string;
  /** Whether a missing file is an error: it was named. */
  readonly isFileNamed: boolean;
  /** Whether only to build. */
  readonly isBuildOnly: boolean;
};

/** An end with a message instead of a stack. */
export class StartError extends Error {}

/** Reads the command line. Relative paths count from the folder in which the command was given. @throws StartError */
export function readStartOptions(given: readonly string[], folder: string = process.env['INIT_CWD'] ?? process.cwd()): StartOptions {
  const { port, host, data, vars, build } = parse(given);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new StartError(`--port is "${port}"; expected a whole number from 0 to 65535.`);
  if (!/^[\w.:-]+$/.test(host))
    throw new StartError(`--host is "${host}"; expected an address of this machine, such as 127.0.0.1 or 0.0.0.0.`);
  return {
    port: Number(port),
    host: host === 'localhost' ? '127.0.0.1' : host,
    data: resolve(folder, data),
    variablesFile: vars === undefined ? resolve(ROOT, '.dev.vars') : resolve(folder, vars),
    isFileNamed: vars !== undefined,
    isBuildOnly: build,
  };
}

function parse(given: readonly string[]): { port: string; host: string; data: string; vars?: string; build: boolean } {
  try {
    return parseArgs({
      args: [...given],
      options: {
        port: { type: 'string', default: '8788' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string', default: './data' },
        vars: { type: 'string' },
        build: { type: 'boolean', default: false },
      },
    }).values;
  } catch (thrown) {
    throw new StartError(`${thrown instanceof Error ? thrown.message.split('. ')[0] : String(thrown)}.\nUse: ${USE}`);
  }
}
