/** Sessions that clients name: their requests go to the endpoint that served them last, over HTTP requests to the app. */
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createSticky } from '../../src/state/sticky-endpoints.ts';
import { createFakeClock, QUIET } from '../support/fake-ports.ts';
import { createRouter, KEY } from './router.ts';

const OTHER_KEY = 'other-caller-key';
const MODEL = 'meta-llama/llama-3.3-70b-instruct';
const answer = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] };

type Ask = { body?: JsonObject; headers?: Record<string, string>; key?: string };

/** The hosts that these requests reach. Without a session the first request alone would go to the second provider. */
async function hostsFor(...asks: readonly Ask[]): Promise<string[]> {
  const hosts: string[] = [];
  const stores = new Map<string, typeof QUIET>();
  const memoryOf = (tenant: string) => {
    const known = stores.get(tenant) ?? { ...QUIET, sticky: createSticky(createFakeClock()) };
    stores.set(tenant, known);
    return known;
  };
  const fetch = (url: string) => {
    hosts.push(new URL(url).host);
    return Promise.resolve(Response.json(answer));
  };
  const env = { GROQ_API_KEY: 'k', SAMBANOVA_API_KEY: 'k' };
  const router = createRouter(env, fetch, { memoryOf, authenticate: createAuthenticate({ keys: [KEY, OTHER_KEY] }) });
  for (const [index, { body = {}, headers = {}, key = KEY }] of asks.entries()) {
    const provider = index === 0 ? { order: [SECOND] } : undefined;
    const fields = {
      model: MODEL,
      messages: [{ role: 'user', content: `Turn ${index}` }],
      ...body,
      ...(provider === undefined ? {} : { provider }),
    };
    await router.call('POST', '/v1/chat/completions', fields, { ...headers, authorization: `Bearer ${key}` });
  }
  return hosts;
}

const SECOND = 'sambanova';
const session = { headers: { 'x-session-id': 's' } };

describe('a session', () => {
  it.each<[string, Ask]>([
    ['x-session-id', session],
    ['x-claude-code-session-id', { headers: { 'x-claude-code-session-id': 's' } }],
    ['session-id', { headers: { 'session-id': 's' } }],
    ['session_id', { body: { session_id: 's' } }],
    ['prompt_cache_key', { body: { prompt_cache_key: 's' } }],
    ['metadata.user_id', { body: { metadata: { user_id: '{"session_id":"s"}' } } }],
  ])('named by %s stays where it was served', async (_, ask) => {
    const [first, second, other] = await hostsFor(ask, ask, {});
    expect(first).toContain(SECOND);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('of one name is another session for another caller, and for another name', async () => {
    const [first, caller, name] = await hostsFor(session, { ...session, key: OTHER_KEY }, { headers: { 'x-session-id': 't' } });
    expect(caller).not.toBe(first);
    expect(name).not.toBe(first);
  });
});
