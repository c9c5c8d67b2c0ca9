/** What the doctor asks of the machine. Tests pass their own. Nothing here changes anything. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import { connect } from 'node:net';

/** Facts of the machine, each asked for when it is needed. A fact that cannot be had is null. */
export interface Machine {
  /** `process.platform`. */
  readonly platform: string;
  /** Text of a file. */
  readText(path: string): string | null;
  /** Names in a folder. */
  readFolder(path: string): string[] | null;
  /** Target of a link. */
  readLink(path: string): string | null;
  stat(path: string): { isFolder: boolean; mode: number } | null;
  /** Whether files can be made in a folder. */
  isWritable(path: string): boolean;
  /** Free bytes of the disk with a folder. */
  freeBytes(path: string): number | null;
  /** Whether a port of this machine has a listener. */
  hasListener(port: number): Promise<boolean>;
  /** Runs a program. Null = it cannot be started, or takes longer than {@link RUN_TIMEOUT_MS}. */
  run(program: string, given: readonly string[]): Promise<{ code: number; output: string } | null>;
}

/** Longest run of a program, in milliseconds. */
const RUN_TIMEOUT_MS = 30_000;

/** Longest wait for a connection to the own machine, in milliseconds. Without a listener it is refused at once. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What `localhost` may mean. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** This machine. @param folder in which programs run. */
export function thisMachine(folder: string): Machine {
  return {
    platform: process.platform,
    readText: (path) => orNull(() => readFileSync(path, 'utf8')),
    readFolder: (path) => orNull(() => readdirSync(path)),
    readLink: (path) => orNull(() => readlinkSync(path)),
    stat: (path) =>
      orNull(() => {
        const found = statSync(path);
        return { isFolder: found.isDirectory(), mode: found.mode };
      }),
    isWritable: (path) => orNull(() => (accessSync(path, constants.W_OK), true)) === true,
    freeBytes: (path) =>
      orNull(() => {
        const { bavail, blocks, bsize } = statfsSync(path);
        return blocks === 0 ? null : bavail * bsize; // some network file systems state no size
      }),
    hasListener: async (port) => (await Promise.all(LOOPBACK.map((host) => connects(host, port)))).includes(true),
    run: (program, given) =>
      new Promise((resolve) => {
        const options = { cwd: folder, timeout: RUN_TIMEOUT_MS, encoding: 'utf8', maxBuffer: 1_000_000 } as const;
        execFile(program, given, options, (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          resolve(typeof code === 'number' ? { code, output: stdout + stderr } : null);
        });
      }),
  };
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (isConnected: boolean) => {
      socket.destroy();
      resolve(isConnected);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(true)); // a listener that accepts no more
    socket.once('error', () => end(false));
  });
}
