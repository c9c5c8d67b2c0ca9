/**
 * A Worker in raw workerd: no dev server and no proxy between the client and the Worker. Dates and flags are those of wrangler.toml, so that
 * what runs here is what is deployed. Binds plain text variables, and Durable Objects where they are asked for.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { adopt, end, temporaryFolder } from './children.ts';
import { ROOT } from './root.ts';

/** A Worker that is being served. */
export type WorkerdProcess = { url: string; pid: number; child: ChildProcess; stop: () => Promise<void> };

/** A Worker and its variables, written down where workerd finds them: in a folder of their own. */
export type WorkerdConfig = { config: string };

/** Longest wait until workerd listens, in milliseconds. */
const START_MS = 20_000;

// The executable itself: a wrapper around it would be the process that is measured.
const WORKERD = (createRequire(import.meta.url)('workerd') as { default: string }).default;

/** The compatibility date and flags of a wrangler.toml. */
export function readCompatibility(toml: string): { date: string; flags: string[] } {
  const date = /^compatibility_date\s*=\s*"([^"]+)"/m.exec(toml)?.[1];
  if (date === undefined) throw new Error('wrangler.toml has no compatibility_date');
  const list = /^compatibility_flags\s*=\s*\[([^\]]*)\]/m.exec(toml)?.[1] ?? '';
  return { date, flags: [...list.matchAll(/"([^"]+)"/g)].map(([, flag]) => flag ?? '') };
}

/**
 * What a Worker runs with. `objects`: Durable Objects, name of the binding to class; their data is in `folder`, below the names that Miniflare
 * gives them. `v8Flags`: options of V8. `hasCache`: the Worker in `cache.js` is its Cache API. `hasLogs`: what it logs is written as JSON, a line each.
 */
export type WorkerSettings = {
  variables: Readonly<Record<string, string>>;
  objects?: { classes: Readonly<Record<string, string>>; folder: string };
  v8Flags?: readonly string[];
  hasCache?: boolean;
  hasLogs?: boolean;
};

/** The configuration of one Worker, in workerd's language, whose strings are written as in JSON. */
export function capnp(
  { variables, objects, v8Flags = [], hasCache = false, hasLogs = false }: WorkerSettings,
  compatibility: { date: string; flags: readonly string[] },
): string {
  const quoted = (text: string) => JSON.stringify(text);
  const classes = Object.entries(objects?.classes ?? {});
  const bindings = [
    ...Object.entries(variables).map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`),
    ...classes.map(([name, className]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`),
  ];
  const namespaces = classes.map(
    ([, name]) => `(className = ${quoted(name)}, uniqueKey = ${quoted(`tributary-${name}`)}, enableSql = true)`,
  );
  const storage =
    objects === undefined
      ? ''
      : `,
      durableObjectNamespaces = [${namespaces.join(', ')}],
      durableObjectStorage = (localDisk = "objects")`;
  const disk = objects === undefined ? '' : `(name = "objects", disk = (path = ${quoted(objects.folder)}, writable = true)),\n    `;
  const compatible = `compatibilityDate = ${quoted(compatibility.date)},
      compatibilityFlags = [${compatibility.flags.map(quoted).join(', ')}]`;
  const cache = hasCache
    ? `(name = "cache", worker = (
      modules = [(name = "cache.js", esModule = embed "cache.js")],
      ${compatible}
    )),
    `
    : '';
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags.map(quoted).join(', ')}],
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      ${compatible},
      bindings = [${bindings.join(', ')}]${storage}${hasCache ? ',\n      cacheApiOutbound = "cache"' : ''}
    )),
    ${disk}${cache}(name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  logging = (structuredLogging = ${hasLogs})
);
`;
}

/**
 * How a Worker is bound. `classes`: Durable Objects, name of the binding to the class it exports; `persist`: folder of their data, absent = it goes
 * with the process. `flags`: instead of wrangler.toml's. `cache`: code of the Worker that is its Cache API.
 */
type Bound = { classes?: Readonly<Record<string, string>>; persist?: string; flags?: readonly string[]; cache?: string };

/** Writes a Worker down. */
export function prepareWorker(
  code: string,
  settings: Omit<WorkerSettings, 'objects' | 'hasCache'>,
  { classes, persist, flags, cache }: Bound = {},
): WorkerdConfig {
  const folder = temporaryFolder();
  const data = persist ?? join(folder, 'data');
  if (classes !== undefined) mkdirSync(data, { recursive: true });
  const objects = classes === undefined ? {} : { objects: { classes, folder: data } };
  const config = join(folder, 'config.capnp');
  writeFileSync(join(folder, 'worker.js'), code);
  if (cache !== undefined) writeFileSync(join(folder, 'cache.js'), cache);
  const own = readCompatibility(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
  writeFileSync(config, capnp({ ...settings, ...objects, hasCache: cache !== undefined }, flags === undefined ? own : { ...own, flags }));
  return { config };
}

/** Starts workerd and waits until it listens. @param options more of its command line. @param onLine receives what the Worker logs. */
export async function serveWorker(
  { config }: WorkerdConfig,
  options: readonly string[] = [],
  onLine: ((line: string) => void) | null = null,
): Promise<WorkerdProcess> {
  const stdout = onLine === null ? 'ignore' : 'pipe';
  const child = adopt(spawn(WORKERD, ['serve', '--control-fd=3', ...options, config], { stdio: ['ignore', stdout, 'pipe', 'pipe'] }));
  if (onLine !== null && child.stdout !== null) createInterface(child.stdout).on('line', onLine);
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-4000);
  });
  try {
    const port = await listeningPort(child);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, child, stop: () => end(child) };
  } catch (thrown) {
    await end(child);
    throw new Error(`workerd did not start: ${said}`, { cause: thrown });
  }
}

/** The port that workerd reports through its control pipe, a line of JSON. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no word after ${START_MS} ms`)), START_MS);
    let text = '';
    (child.stdio[3] as Readable).on('data', (piece: Buffer) => {
      text += piece.toString();
      const port = /"event":"listen".*"port":(\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${code}`));
    });
  });
}
