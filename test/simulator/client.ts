// The client of the simulator's own tests: sends requests straight to the Worker and reads its streams.
// Asserts nothing and knows no system.

import type { LogEntry } from './request-log.ts';
import worker from './worker.ts';

/** Where the simulator would live. */
export const origin = 'http://simulator.test';
/** The smallest chat request. */
export const chatBody = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
/** The smallest completions request. */
export const completionsBody = { model: 'm', prompt: 'hello' };

/** What a request may bring besides its body. */
export interface SendOptions {
  readonly fault?: string;
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

/** Posts a body to the simulator. */
export function send(path: string, body: unknown, { fault, key = 'k', signal }: SendOptions = {}): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  if (fault !== undefined) headers.set('x-simulator-fault', fault);
  return worker.fetch(
    new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) }),
    {},
  );
}

/** A chat request for a stream with usage. */
export const stream = (extra: object = {}): object => ({ ...chatBody, stream: true, stream_options: { include_usage: true }, ...extra });

/** The data of a stream's events, parsed except for `[DONE]`. */
export function events(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => (line === 'data: [DONE]' ? '[DONE]' : (JSON.parse(line.slice(6)) as unknown)));
}

/** The events of a streamed answer. */
export async function streamed(path: string, body: object, sending: SendOptions = {}): Promise<unknown[]> {
  return events(await (await send(path, { stream: true, ...body }, sending)).text());
}

/** What the simulator remembers of the last request. */
export async function lastEntry(): Promise<LogEntry | undefined> {
  const response = await worker.fetch(new Request(`${origin}/log`), {});
  return ((await response.json()) as LogEntry[]).at(-1);
}
