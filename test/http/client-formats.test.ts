/** Which format an error has: that of the path, whatever fails and wherever. What happens beyond the routes is `e2e/toy-format.test.ts`. */
import { describe, expect, it, vi } from 'vitest';
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
