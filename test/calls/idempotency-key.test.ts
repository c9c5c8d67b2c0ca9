/** Idempotency keys of clients, over HTTP requests to the app. */
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createRouter, json, KEY } from '../http/router.ts';

const OTHER_KEY = 'other-caller-key';
const ENV = { NOVITA_API_KEY: 'provider-key', GROQ_API_KEY: 'one-key-of-groq,other-key-of-groq' };
const CHAT = '/v1/chat/completions';
const OK = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }] };

const chat = (more: JsonObject = {}): JsonObject => ({ model: '@groq/m', messages: [{ role: 'user', content: 'Hi' }], ...more });

/** The keys of the upstream calls. @param answers statuses of the first upstream calls; 200 beyond them. */
async function keysOf(
  requests: readonly { body: JsonObject; key: string | null; caller?: string }[],
  answers: readonly (readonly [status: number, body: JsonObject])[] = [],
): Promise<(string | null)[]> {
  const keys: (string | null)[] = [];
  const router = createRouter(
    ENV,
    (_, init) => {
      const [status, body] = answers[keys.length] ?? [200, OK];
      keys.push(new Headers(init.headers).get('idempotency-key'));
      return Promise.resolve(Response.json(body, { status }));
    },
    { authenticate: createAuthenticate({ keys: [KEY, OTHER_KEY] }) },
  );
  for (const { body, key, caller = KEY } of requests)
    await router.call('POST', CHAT, body, { authorization: `Bearer ${caller}`, ...(key === null ? {} : { 'Idempotency-Key': key }) });
  return keys;
}

describe('an idempotency key', () => {
  it('is sent on as another one, and only where the client sent one', async () => {
    const [sent, none] = await keysOf([
      { body: chat(), key: 'order-1' },
      { body: chat(), key: null },
    ]);
    expect(sent).toMatch(/^order-1-[0-9a-f]{32}-[0-9a-z]+$/);
    expect(none).toBeNull();
  });

  it('fits the usual limit of 255 characters', async () => {
    const [sent] = await keysOf([{ body: chat(), key: 'x'.repeat(5000) }]);
    expect(String(sent).length).toBeLessThan(130);
  });

  it('is the same for the same request of the same caller, and no other', async () => {
    const [first, repeated, otherKey, otherBody, otherCaller] = await keysOf([
      { body: chat(), key: 'order-1' },
      { body: chat(), key: 'order-1' },
      { body: chat(), key: 'order-2' },
      { body: chat({ seed: 2 }), key: 'order-1' },
      { body: chat(), key: 'order-1', caller: OTHER_KEY },
    ]);
    expect(repeated).toBe(first);
    expect(new Set([first, otherKey, otherBody, otherCaller]).size).toBe(4);
  });

  it('is kept when a call is repeated with another key of the provider, and differs at another provider', async () => {
    const refused = [401, { error: { message: 'Invalid API key' } }] as const;
    const requests = [chat(), chat({ model: '@novita/m' })].map((body) => ({ body, key: 'k' }));
    const [first, again, other] = await keysOf(requests, [refused]);
    expect(again).toBe(first);
    expect(other).toMatch(/^k-[0-9a-f]{32}-/);
    expect(other).not.toBe(first);
  });

  it('differs between the calls of one request, although their bodies are equal', async () => {
    const keys = await keysOf([{ body: chat({ n: 3 }), key: 'k' }]);
    expect(new Set(keys).size).toBe(3);
  });

  it('differs when the router changes the body after a refusal', async () => {
    const refused = { error: { message: "property 'seed' is unsupported", type: 'invalid_request_error', param: 'seed' } };
    const keys = await keysOf([{ body: chat({ seed: 1 }), key: 'k' }], [[400, refused]]);
    expect(keys).toHaveLength(2);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it('is explained as it would be sent', async () => {
    const headers = { authorization: `Bearer ${KEY}`, 'idempotency-key': 'order-1' };
    const explained = await json(await createRouter(ENV).call('POST', '/v1/explain', chat(), headers));
    const [sent] = await keysOf([{ body: chat(), key: 'order-1' }]);
    expect(JSON.stringify(explained)).toContain(String(sent));
  });
});
