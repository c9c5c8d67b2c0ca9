/** Harness of the end-to-end tests: the router and the simulator over real HTTP, and functions that call and read them. */
import { serveRouter, serveSimulator, type Bindings } from '../dev/serve.ts';
import type { LogEntry } from '../simulator/request-log.ts';

/** The router with the simulator behind it. */
export type Harness = { url: string; simulatorUrl: string; stop: () => Promise<void> };

/** Serves both. @param tokenMs the simulator's pause between tokens, in milliseconds. */
export async function startHarness(
  variables: Readonly<Record<string, string>> = {},
  tokenMs = 0,
  bindings: Bindings = {},
): Promise<Harness> {
  const simulator = await serveSimulator(tokenMs);
  const router = await serveRouter({ SIMULATOR_URL: simulator.url, ALLOW_ANONYMOUS: 'true', ...variables }, bindings);
  return {
    url: router.url,
    simulatorUrl: simulator.url,
    stop: async () => {
      await router.stop();
      await simulator.stop();
    },
  };
}

/** Posts JSON, or a text as it is. */
export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** A chat request with one message. */
export function hello(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { model: '@novita/any-model', messages: [{ role: 'user', content: 'hello' }], ...fields };
}

/** What the simulator received, oldest first. */
export async function simulatorLog({ simulatorUrl }: Harness): Promise<LogEntry[]> {
  return (await (await fetch(`${simulatorUrl}/log`)).json()) as LogEntry[];
}

/** The simulator's record of the request with this user text. */
export async function logged(harness: Harness, text: string): Promise<LogEntry | undefined> {
  return (await simulatorLog(harness)).findLast(({ body }) => JSON.stringify(body).includes(text));
}

/** Asks again and again until the answer is not undefined; fails when that takes longer than the deadline. */
export async function until<Value>(
  what: string,
  ask: () => Value | undefined | Promise<Value | undefined>,
  deadlineMs = 30_000,
): Promise<Value> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** The error object of the router. */
export type ErrorFields = {
  code: number;
  message: string;
  type: string;
  param?: string;
  metadata: { error_type: string; retryable: boolean; provider_name?: string; [key: string]: unknown };
};

/** The error of an answer; fails when there is none. */
export async function errorOf(response: Response): Promise<ErrorFields> {
  const { error } = (await response.json()) as { error?: ErrorFields };
  if (error === undefined) throw new Error(`HTTP ${response.status} without an error object`);
  return error;
}
