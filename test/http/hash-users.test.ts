/** Names of end users: hashed before a provider gets them, over HTTP requests to the app. */
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { createRouter, json, KEY } from './router.ts';

const OTHER_KEY = 'other-caller-key';
const HASH = /^usr_[0-9a-f]{32}$/;

/** The bodies that reach the upstream for these requests, each sent with a caller key. */
async function sentFor(...requests: readonly (readonly [path: string, body: JsonObject, key?: string])[]): Promise<JsonObject[]> {
  const sent: JsonObject[] = [];
  const env = { OPENAI_API_KEY: 'provider-key', ANTHROPIC_API_KEY: 'provider-key' };
  const router = createRouter(
    env,
    (_, init) => {
      sent.push(JSON.parse(String(init.body)) as JsonObject);
      return Promise.resolve(Response.json({}));
    },
    { authenticate: createAuthenticate({ keys: [KEY, OTHER_KEY] }) },
  );
  for (const [path, body, key = KEY] of requests) await router.call('POST', path, body, { authorization: `Bearer ${key}` });
  return sent;
}

const chat = (more: JsonObject): JsonObject => ({ model: '@openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }], ...more });
const CHAT = '/v1/chat/completions';

describe('the user of a request', () => {
  it('reaches the provider as a hash, the same for the same user', async () => {
    const [one, again, other] = await sentFor(
      [CHAT, chat({ user: 'ada@example.com' })],
      [CHAT, chat({ user: 'ada@example.com', seed: 1 })],
      [CHAT, chat({ user: 'bob@example.com' })],
    );
    expect(one?.['user']).toMatch(HASH);
    expect(again?.['user']).toBe(one?.['user']);
    expect(other?.['user']).not.toBe(one?.['user']);
  });

  it('differs between two callers that use the same name', async () => {
    const [one, other] = await sentFor([CHAT, chat({ user: '1' })], [CHAT, chat({ user: '1' }), OTHER_KEY]);
    expect(other?.['user']).toMatch(HASH);
    expect(other?.['user']).not.toBe(one?.['user']);
  });

  it('fits a provider that limits it to 64 characters', async () => {
    const [sent] = await sentFor([CHAT, chat({ safety_identifier: 'x'.repeat(500) })]);
    expect(sent?.['safety_identifier']).toMatch(HASH);
  });

  it('has one hash in all sessions of Claude Code', async () => {
    const messages = (session: string) => ({
      ...chat({ max_tokens: 9 }),
      metadata: { user_id: JSON.stringify({ device_id: 'd', account_uuid: 'a', session_id: session }) },
    });
    const [one, other] = await sentFor(['/v1/messages', messages('1')], ['/v1/messages', messages('2')]);
    expect(one?.['user']).toMatch(HASH);
    expect(other?.['user']).toBe(one?.['user']);
  });

  it('is hashed in the field of another format, and for embeddings', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const [claude, embedding] = await sentFor(
      [CHAT, { model: '@anthropic/claude-opus-4-5', max_tokens: 9, messages, user: 'ada' }],
      ['/v1/embeddings', { model: '@openai/text-embedding-3-small', input: 'Hi', user: 'ada' }],
    );
    expect(isObject(claude?.['metadata']) ? claude['metadata']['user_id'] : null).toMatch(HASH);
    expect(embedding?.['user']).toMatch(HASH);
  });

  it('stays absent or empty', async () => {
    const [absent, empty] = await sentFor([CHAT, chat({})], [CHAT, chat({ user: '' })]);
    expect([absent?.['user'], empty?.['user']]).toEqual([undefined, '']);
  });

  it('is explained as it would be sent', async () => {
    const router = createRouter({ OPENAI_API_KEY: 'provider-key' });
    const explained = JSON.stringify(await json(await router.call('POST', '/v1/explain', chat({ user: 'ada@example.com' }))));
    expect(explained).toMatch(/"user":"usr_[0-9a-f]{32}"/);
    expect(explained).not.toContain('ada@example.com');
  });
});
