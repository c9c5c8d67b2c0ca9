/** Everything that runs while the bench does: the scripted upstream, and each Worker in a workerd of its own. Measures nothing. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adopt } from '../dev/children.ts';
import type { Built } from './build-worker.ts';
import type { Options, Peer } from './options.ts';
import type { Target } from './targets.ts';
import { prepareWorker, serveWorker, type WorkerdConfig } from '../dev/workerd.ts';

/** The Workers, ready to be started. */
export type Workers = { tributary: WorkerdConfig; passthrough: WorkerdConfig; identity: WorkerdConfig; empty: WorkerdConfig };

/** Names of the Workers that are targets, in the order of the table. The first is the yardstick. */
const LOCAL = ['passthrough', 'identity', 'tributary'] as const;

/** Starts the upstream and returns its URL. @param port 0 takes a free one. */
export function startUpstream(port: number): Promise<string> {
  const child = adopt(fork(join(import.meta.dirname, 'upstream.ts'), [String(port)]));
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(`http://127.0.0.1:${(message as { port: number }).port}`)); // our own process
    child.once('exit', (code) => reject(new Error(`the upstream ended with ${code}`)));
  });
}

/** Writes the Workers down, each pointed at the upstream. The router is given what it needs to run, and keeps every default. */
export function prepareWorkers(built: Built, upstream: string): Workers {
  const forward = { variables: { UPSTREAM: upstream } };
  return {
    tributary: prepareWorker(built.tributary, { variables: { ALLOW_ANONYMOUS: 'true', ...variablesFor(upstream) } }),
    passthrough: prepareWorker(built.passthrough, forward),
    identity: prepareWorker(built.identity, forward),
    empty: prepareWorker(built.empty, { variables: {} }),
  };
}

/** As long as a real one: a short key is searched for in more of an answer. */
const KEY = `sk-proj-${'0123456789abcdef'.repeat(8)}`;

/** The variables with which the router calls the upstream. */
export function variablesFor(upstream: string): Record<string, string> {
  return Object.fromEntries(
    ['OPENAI', 'ANTHROPIC', 'GROQ'].flatMap((name) => [
      [`${name}_BASE_URL`, `${upstream}/v1`],
      [`${name}_API_KEY`, KEY],
    ]),
  );
}

/** A Worker as a target. */
function toTarget(name: (typeof LOCAL)[number], url: string, pid: number): Target {
  return { name, baseUrl: `${url}/v1`, pid, isRaw: name !== 'tributary', modelPattern: '@{provider}/{model}', headers: {} };
}

/** What can be started again and again, each time as a process of its own. */
export type Startable = { name: string; worker: WorkerdConfig; toTarget: (url: string, pid: number) => Target };

/** Our own Workers, and the scripts of peers. */
export function startables(workers: Workers, options: Options, upstream: string): Startable[] {
  const own = LOCAL.map((name) => ({ name, worker: workers[name], toTarget: (url: string, pid: number) => toTarget(name, url, pid) }));
  return [...own, ...options.peers.flatMap((peer) => ('script' in peer ? [peerWorker(peer, options, upstream)] : []))];
}

function peerWorker({ name, script }: Extract<Peer, { script: string }>, options: Options, upstream: string): Startable {
  const flags = options.peerFlags.length === 0 ? {} : { flags: options.peerFlags };
  const variables = { ALLOW_ANONYMOUS: 'true', ...variablesFor(upstream) };
  const worker = prepareWorker(readFileSync(script, 'utf8'), { variables }, flags);
  return { name, worker, toTarget: (url, pid) => ({ name, baseUrl: `${url}/v1`, pid, ...peerParts(options, upstream) }) };
}

/** Starts one. */
export async function start({ worker, toTarget: make }: Startable): Promise<{ target: Target; stop: () => Promise<void> }> {
  const { url, pid, stop } = await serveWorker(worker);
  return { target: make(url, pid), stop };
}

/** Servers that were started elsewhere, as targets. */
export function servedPeers(options: Options, upstream: string): Target[] {
  return options.peers.flatMap((peer) => ('script' in peer ? [] : [{ ...peer, ...peerParts(options, upstream) }]));
}

function peerParts({ headers, modelPattern }: Options, upstream: string): Omit<Target, 'name' | 'baseUrl' | 'pid'> {
  const filled = Object.entries(headers).map(([name, value]) => [name, value.replaceAll('{upstream}', upstream)]);
  return { isRaw: false, mayBeWrong: true, modelPattern, headers: Object.fromEntries(filled) as Record<string, string> };
}
