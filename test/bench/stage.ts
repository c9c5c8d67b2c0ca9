/** Everything that runs while the bench does: the scripted upstream, and each Worker in a workerd of its own. Measures nothing. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { adopt } from './children.ts';
import type { Built } from './build-worker.ts';
import type { Options } from './options.ts';
import type { Target } from './targets.ts';
import { prepareWorker, serveWorker, type WorkerdConfig } from './workerd.ts';

/** The Workers, ready to be started. */
export type Workers = { tributary: WorkerdConfig; passthrough: WorkerdConfig; identity: WorkerdConfig; empty: WorkerdConfig };

/** Names of the Workers that are targets, in the order of the table. The first is the yardstick. */
export const LOCAL = ['passthrough', 'identity', 'tributary'] as const;

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

/** The variables with which the router calls the upstream. */
export function variablesFor(upstream: string): Record<string, string> {
  return Object.fromEntries(
    ['OPENAI', 'ANTHROPIC', 'GROQ'].flatMap((name) => [
      [`${name}_BASE_URL`, `${upstream}/v1`],
      [`${name}_API_KEY`, 'bench-key'],
    ]),
  );
}

/** A Worker as a target. */
export function toTarget(name: (typeof LOCAL)[number], url: string, pid: number): Target {
  return { name, baseUrl: `${url}/v1`, pid, isRaw: name !== 'tributary', modelPattern: '@{provider}/{model}', headers: {} };
}

/** Starts one Worker. */
export async function startLocal(name: (typeof LOCAL)[number], workers: Workers): Promise<{ target: Target; stop: () => Promise<void> }> {
  const { url, pid, stop } = await serveWorker(workers[name]);
  return { target: toTarget(name, url, pid), stop };
}

/** Servers that were started elsewhere, as targets. */
export function peersOf({ peers, headers, modelPattern }: Options): Target[] {
  return peers.map((peer) => ({ ...peer, isRaw: false, modelPattern, headers }));
}
