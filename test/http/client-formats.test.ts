/** Which format an error has: that of the path, whatever fails and wherever. What happens beyond the routes is `e2e/toy-format.test.ts`. */
import { describe, expect, it, vi } from 'vitest';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { CLIENT_DIALECTS } from '../../src/dialects/index.ts';
import type { AppDeps } from '../../src/http/deps.ts';
import { clientAbove } from '../../src/http/client-paths.ts';
import { RouterError } from '../../src/unified/error.ts';
import { toyClient } from '../support/toy-format/index.ts';
import { createRouter, json } from './router.ts';

const clients = [...CLIENT_DIALECTS, toyClient];

/** Status and error of a call, in whichever shape. */
async function errorAt(path: string, more: Partial<AppDeps> = {}, body: unknown = { who: '@novita/m', say: 'Hi' }): Promise<unknown[]> {
  const router = createRouter({ NOVITA_API_KEY: 'novita-key', MAX_REQUEST_BYTES: '1000' }, undefined, { clients, ...more });
  const response = await router.call('POST', path, body);
  const { oops, error } = await json(response);
  return [response.status, (oops ?? error) as unknown, oops === undefined ? 'first' : 'toy'];
}

describe('an error has the format of its path', () => {
  it.each([
    ['/v1/toy/say', 'toy'],
    ['/api/v1/explain/toy/say', 'toy'],
    ['/v1/toy/say/5', 'toy'],
    ['/v1/chat/completions', 'first'],
    ['/v1/models', 'first'],
    ['/v1/toy', 'first'],
  ])('when the caller may not call at all: %s in that of the %s format', async (path, format) => {
    const objection = () => new RouterError('permission_denied', 'not from here');
    expect((await errorAt(path, { objection })).slice(-1)).toEqual([format]);
    const authenticate = () => Promise.reject(new RouterError('authentication', 'no key'));
    expect((await errorAt(path, { authenticate })).slice(-1)).toEqual([format]);
  });

  it('when the body is too large', async () => {
    expect(await errorAt('/v1/toy/say', {}, { say: 'x'.repeat(2000) })).toMatchObject([413, { kind: 'payload_too_large' }, 'toy']);
  });

  it('when the router itself has a bug, whose text is not shown', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const authenticate = () => Promise.reject(new TypeError('the secret is out'));
    const answer = await errorAt('/v1/toy/say', { authenticate });
    expect(answer).toMatchObject([500, { kind: 'server' }, 'toy']);
    expect(JSON.stringify(answer)).not.toContain('secret');
    log.mockRestore();
  });
});

describe('an error at a path of no client format', () => {
  it.each(['/v1/models/no/such', '/v1/files', '/api/v1/complete', '/v1/key?x'])(
    'is in the format of the client that sends its own header: %s',
    async (path) => {
      const own = { authorization: 'Bearer wrong', 'anthropic-version': '2026-10-21' };
      const response = await createRouter().call('GET', path, undefined, own);
      expect([response.status, response.headers.has('request-id')]).toEqual([401, true]);
      expect(await json(response)).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    },
  );

  it('that has a format is in that of the path', async () => {
    const response = await createRouter().call('POST', '/v1/responses', {}, { 'anthropic-version': '2026-10-21' });
    expect(await json(response)).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_api_key' } });
  });
});

describe('a path of a client format', () => {
  const path = { answer: '/toy/say', 'count-tokens': '/toy/say/count', compact: '/toy/say/shorter' } as const;
  const body = { who: '@novita/m', say: 'How many tokens is this?' };

  it('that asks for a count answers it in that format, marks it as estimated, and calls no provider', async () => {
    const response = await createRouter({}, undefined, { clients }).call('POST', '/v1/toy/say/count', body);
    expect(await json(response)).toEqual({ counted: expect.toSatisfy((tokens: number) => tokens > 5 && tokens < 12) as number });
    expect(response.headers.get('x-tributary-estimated')).toBe('input_tokens');
    expect(response.headers.get('toy-reference')).toMatch(/^toy-/);
  });

  it.each(Object.entries(path))('tells the format that the body asks for %s, when it is explained too', async (asks, at) => {
    const seen: unknown[] = [];
    const parse: TextClientDialect['parse'] = (read, headers, asked) => {
      seen.push(asked);
      return toyClient.parse(read, headers);
    };
    const router = createRouter({ NOVITA_API_KEY: 'novita-key' }, () => Promise.resolve(new Response(null, { status: 500 })), {
      clients: [{ ...toyClient, parse }],
    });
    await router.call('POST', `/v1${at}`, body);
    await router.call('POST', `/v1/explain${at}`, body);
    expect(seen).toEqual([asks, asks]);
  });

  it.each(Object.values(path))('takes POST only: %s', async (at) => {
    const response = await createRouter({}, undefined, { clients }).call('GET', `/v1${at}`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await json(response)).toHaveProperty('oops');
  });

  it.each(clients.map((client) => [client.format, client] as const))('of %s that asks for a count has a writer for it', (_, client) => {
    const canCount = client.operation !== 'embeddings' && client.encodeCount !== undefined;
    expect(client.routes.some(({ asks }) => asks === 'count-tokens')).toBe(canCount);
  });
});

describe('clientAbove', () => {
  it.each([
    ['/v1/toy/say', 'toy'],
    ['/toy/say', 'toy'],
    ['/api/v1/toy/say/a/b', 'toy'],
    ['/v1/explain/toy/say', 'toy'],
    ['/v1/toy/sayings', undefined],
    ['/v1/explain', undefined],
    ['/v2/toy/say', undefined],
    ['/v1/chat/completions/x', 'openai-chat'],
    ['/v1/completions', 'openai-completions'],
    ['/', undefined],
    ['', undefined],
  ])('of %s is %s', (path, format) => {
    expect(clientAbove(path, clients)?.format).toBe(format);
  });
});

it('an application without a client format is refused', () => {
  expect(() => createRouter({}, undefined, { clients: [] })).toThrow('the router needs a client format');
});
