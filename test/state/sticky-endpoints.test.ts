/** Which turns belong to one conversation, and how long it is remembered where the last one went. */
import { describe, expect, it } from 'vitest';
import { createSticky, MAX_CONVERSATIONS, namesSession, STICKY_MS, stickyKey } from '../../src/state/sticky-endpoints.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createFakeClock } from '../support/fake-ports.ts';
import { requestFor } from '../fitting/sent.ts';

const key = (fields: JsonObject) => stickyKey(requestFor('chat', 'a/m', fields));
const system = { role: 'system', content: 'Be brief.' };
const user = (content: unknown) => ({ role: 'user', content });

describe('stickyKey', () => {
  const first = { messages: [system, user('Hi')] };

  it.each<readonly [string, JsonObject, JsonObject]>([
    ['the same turn', first, first],
    ['a later turn', first, { messages: [system, user('Hi'), { role: 'assistant', content: 'Ho' }, user('More')] }],
    ['other parameters', first, { ...first, temperature: 1 }],
    ['text in parts', first, { messages: [system, user([{ type: 'text', text: 'Hi' }])] }],
    ['the same session with other words', { session_id: 's', messages: [user('a')] }, { session_id: 's', messages: [user('b')] }],
    [
      'the same cache key with other words',
      { prompt_cache_key: 'k', messages: [user('a')] },
      { prompt_cache_key: 'k', messages: [user('b')] },
    ],
  ])('is equal for %s', (_, one, other) => {
    expect(key(one)).toBe(key(other));
  });

  it.each<readonly [string, JsonObject, JsonObject]>([
    ['another first message', first, { messages: [system, user('Ho')] }],
    ['another system message', first, { messages: [{ ...system, content: 'Be long.' }, user('Hi')] }],
    ['no system message', first, { messages: [user('Hi')] }],
    [
      'the other way round',
      { messages: [{ role: 'system', content: 'a' }, user('b')] },
      { messages: [{ role: 'system', content: 'b' }, user('a')] },
    ],
    ['another model', { ...first, model: 'a/n' }, first],
    ['another session', { session_id: 's' }, { session_id: 't' }],
    ['a session and a cache key of one name', { session_id: 's' }, { prompt_cache_key: 's' }],
    ['a long text that goes on otherwise', { messages: [user('x'.repeat(9000))] }, { messages: [user('x'.repeat(9001))] }],
  ])('differs for %s', (_, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  it('is the same with an empty session', () => {
    expect(key({ session_id: '' })).toBe(key({}));
  });

  it('is null for a prompt without a session or cache key', () => {
    expect(stickyKey(requestFor('completions', 'a/m'))).toBeNull();
    expect(stickyKey(requestFor('embeddings', 'a/m'))).toBeNull();
    expect(stickyKey(requestFor('completions', 'a/m', { session_id: 's' }))).not.toBeNull();
  });

  it('is short for any messages, and rarely equal by chance', () => {
    const keys = Array.from({ length: 2000 }, (_, turn) => key({ messages: [user(`${'long '.repeat(50)}${turn}`)] }) ?? '');
    expect(new Set(keys).size).toBe(keys.length);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThan(20);
  });
});

describe('namesSession', () => {
  it.each<[JsonObject, boolean]>([
    [{ session_id: 's', prompt_cache_key: 'k' }, true],
    [{ prompt_cache_key: 'k' }, false],
    [{}, false],
    [{ session_id: '' }, false],
  ])('tells sessions that the client names from others: %j', (fields, isNamed) => {
    expect(namesSession(requestFor('chat', 'a/m', fields))).toBe(isNamed);
  });

  it('knows a session of another format', () => {
    expect(namesSession({ ...requestFor('chat', 'a/m'), session: 's' })).toBe(true);
  });
});

describe('createSticky', () => {
  it('remembers an endpoint for ten minutes after the last success', () => {
    const clock = createFakeClock();
    const sticky = createSticky(clock);
    expect(sticky.endpointFor('k')).toBeNull();
    sticky.remember('k', 'one m');
    clock.advance(STICKY_MS - 1);
    expect(sticky.endpointFor('k')).toBe('one m');
    sticky.remember('k', 'two m');
    clock.advance(STICKY_MS - 1);
    expect(sticky.endpointFor('k')).toBe('two m');
    clock.advance(1);
    expect(sticky.endpointFor('k')).toBeNull();
  });

  it('keeps the latest 5,000 conversations', () => {
    const sticky = createSticky(createFakeClock());
    for (let turn = 0; turn < MAX_CONVERSATIONS; turn++) sticky.remember(`k${turn}`, 'e');
    sticky.remember('k0', 'again');
    sticky.remember('new', 'e');
    expect([sticky.endpointFor('k0'), sticky.endpointFor('k1'), sticky.endpointFor('k2'), sticky.endpointFor('new')]).toEqual([
      'again',
      null,
      'e',
      'e',
    ]);
  });
});
