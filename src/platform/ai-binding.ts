/**
 * Calls Workers AI through its binding: wraps `env.AI.run(model, inputs)` as a `fetch`, so that paths, bodies and answers are the same as
 * over REST (https://developers.cloudflare.com/workers-ai/configuration/bindings/, read 2026-11-20).
 */
import type { Fetch } from '../lib/fetch.ts';
import { boundTo } from './bindings.ts';
import type { Env } from './env.ts';

/** Base URL of a provider that is called through a binding. No request is sent to it. */
export const BINDING_URL = 'https://binding.invalid';

type Runner = { run(model: string, inputs: unknown, options: { returnRawResponse: true; signal?: AbortSignal | null }): Promise<Response> };

/** Returns the binding as a fetch; null when there is no binding of that name. */
export function bindingOf(env: Env, name: string): Fetch | null {
  const runner = boundTo<Runner>(env, name, 'run');
  return runner === null ? null : (url, init) => run(runner, url, init);
}

async function run(runner: Runner, url: string, { body, signal }: RequestInit): Promise<Response> {
  const model = decodeURIComponent(new URL(url).pathname).replace(/^\/ai\/run\//, '');
  try {
    return await runner.run(model, JSON.parse(String(body)), { returnRawResponse: true, signal: signal ?? null });
  } catch (thrown) {
    return Response.json({ success: false, errors: [readError(thrown)], result: null }, { status: 502 });
  }
}

/** Reads an error of the binding. Texts such as "3040: Capacity temporarily exceeded" begin with the error code that REST returns. */
function readError(thrown: unknown): { code: number | null; message: string } {
  const text = thrown instanceof Error ? thrown.message : 'the binding failed';
  const [, code, message] = /^(\d{4}):\s*([\s\S]*)$/.exec(text) ?? [];
  return { code: code === undefined ? null : Number(code), message: message ?? text };
}
