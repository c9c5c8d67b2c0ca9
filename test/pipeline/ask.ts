/** Requests of a client format to one provider of the provider files, which answers as the test says. */
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { complete } from '../../src/pipeline/generate.ts';
import type { Ports } from '../../src/ports.ts';
import { CATALOG } from '../fitting/sent.ts';
import { createFakeClock, LIMITS, QUIET, reachable } from '../support/fake-ports.ts';

type Sent = { url: string; headers: Headers; body: JsonObject };

/** Sends a body to a provider that answers this. */
export async function ask(
  client: TextClientDialect,
  body: JsonObject,
  answer: () => Response,
): Promise<{ sent: Sent; response: Response }> {
  const calls: Sent[] = [];
  const headers: Record<string, string> = { 'anthropic-beta': 'one-2026,two-2026', 'anthropic-version': '2026-10-21' };
  const ports: Ports = {
    ...QUIET,
    clock: createFakeClock(),
    random: { id: () => 'x'.repeat(20), fraction: () => 0 },
    access: ({ baseUrl }) => reachable(String(baseUrl).replace(/\{\w+\}/g, 'v'), 'sk-key-0123456789'),
    limits: LIMITS,
    fetch: (url, init) => {
      calls.push({ url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) as JsonObject });
      return Promise.resolve(answer());
    },
  };
  const request = client.parse(body, (name) => headers[name] ?? null);
  const signal = new AbortController().signal;
  const options = {
    catalog: CATALOG,
    ports,
    generationId: 'gen-1',
    signal,
    base: '/v1',
    wantsMetadata: false,
    hops: [],
    simulatorHeaders: {},
  };
  const response = await complete(request, client, options);
  const [sent] = calls;
  if (sent === undefined || calls.length > 1) throw new Error(`${calls.length} calls`);
  return { sent, response };
}
