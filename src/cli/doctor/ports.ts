/** Checks the ports of `dev` and `start`: whether something listens there, and what. */
import type { Fetch } from '../../lib/fetch.ts';
import { isObject, parseJson } from '../../lib/json.ts';
import { toPrintable } from '../../lib/printable.ts';
import { readBounded } from '../../upstream/read-bounded.ts';
import { linesOf, type CheckLine } from './check.ts';
import type { Machine } from './machine.ts';

/** A command and the port that it listens on. */
export type UsedPort = { command: 'dev' | 'start'; port: number };

/** Largest answer that is read, in bytes, and longest wait for it, in milliseconds. */
const [MAX_BYTES, TIMEOUT_MS] = [2 ** 20, 10_000];

/** Checks one port. A router of this project on it is no fault. */
export async function checkPort({ command, port }: UsedPort, machine: Machine, fetch: Fetch): Promise<CheckLine> {
  const lines = linesOf(`port ${port}`);
  if (!(await machine.hasListener(port))) return lines.ok(`free, for tributary ${command}`);
  const owner = await findListener(port, machine);
  const by = owner === null ? '' : ` (${owner})`;
  if (await isRouter(port, fetch)) return lines.ok(`a Tributary router answers${by}`);
  return lines.warning(
    `taken by ${owner ?? 'another program'}, so tributary ${command} cannot use it`,
    `npx tributary ${command} --port ${port + 2}`,
  );
}

async function isRouter(port: number, fetch: Fetch): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${port}/v1/health`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = parseJson(await readBounded(response, MAX_BYTES));
    return isObject(body) && body['status'] === 'ok' && isObject(body['catalog']);
  } catch {
    return false; // no HTTP, no JSON, or no answer in time: not a router
  }
}

/** Returns the program that listens on a port, as `name, process 123`; null where that cannot be seen (the program of another user). */
async function findListener(port: number, machine: Machine): Promise<string | null> {
  if (machine.platform === 'linux') return findByProc(port, machine);
  const result = await machine.run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, id] = /^p(\d+)$/m.exec(result?.output ?? '') ?? [];
  const [, name] = /^c(.+)$/m.exec(result?.output ?? '') ?? [];
  return id === undefined ? null : nameProcess(name ?? 'a program', id);
}

const nameProcess = (name: string, id: string) => `${toPrintable(name.trim(), 40)}, process ${id}`;

/** State of a listening socket in /proc/net/tcp (Linux, include/net/tcp_states.h). */
const LISTENING = '0A';

function findByProc(port: number, machine: Machine): string | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => (machine.readText(path) ?? '').split('\n'));
  const sockets = new Set(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      return state === LISTENING && local.endsWith(`:${hex}`) ? [`socket:[${inode}]`] : [];
    }),
  );
  if (sockets.size === 0) return null;
  const ids = (machine.readFolder('/proc') ?? []).filter((name) => /^\d+$/.test(name));
  const id = ids.find((each) =>
    (machine.readFolder(`/proc/${each}/fd`) ?? []).some((file) => sockets.has(machine.readLink(`/proc/${each}/fd/${file}`) ?? '')),
  );
  return id === undefined ? null : nameProcess(machine.readText(`/proc/${id}/comm`) ?? 'a program', id);
}
