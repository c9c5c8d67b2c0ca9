/** A machine of a test: files, links and programs are what the test states. No test of its own. */
import type { Machine } from '../../../src/cli/doctor/machine.ts';

/** What a test states. Everything else does not exist. */
export type Facts = {
  platform?: string;
  /** Text by path. */
  files?: Readonly<Record<string, string>>;
  /** Permissions by path; default 0600. */
  modes?: Readonly<Record<string, number>>;
  folders?: Readonly<Record<string, readonly string[]>>;
  links?: Readonly<Record<string, string>>;
  unwritable?: readonly string[];
  freeBytes?: number | null;
  listeners?: readonly number[];
  /** Results by program and arguments, joined by blanks. */
  programs?: Readonly<Record<string, { code: number; output: string }>>;
};

export function createFakeMachine(facts: Facts = {}): Machine {
  const { files = {}, modes = {}, folders = {}, links = {}, unwritable = [], freeBytes = null, listeners = [], programs = {} } = facts;
  return {
    platform: facts.platform ?? 'linux',
    readText: (path) => files[path] ?? null,
    readFolder: (path) => folders[path]?.slice() ?? null,
    readLink: (path) => links[path] ?? null,
    stat: (path) => {
      if (path in folders) return { isFolder: true, mode: 0o755 };
      return path in files || path in modes ? { isFolder: false, mode: 0o100_000 + (modes[path] ?? 0o600) } : null;
    },
    isWritable: (path) => !unwritable.includes(path),
    freeBytes: () => freeBytes,
    hasListener: (port) => Promise.resolve(listeners.includes(port)),
    run: (program, given) => Promise.resolve(programs[[program, ...given].join(' ')] ?? null),
  };
}
