import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { readSession, withoutSession } from '../../../src/unified/request/session.ts';

const read = (body: unknown, headers: Readonly<Record<string, string>> = {}) => readSession(body, (name) => headers[name] ?? null);
const claudeUser = JSON.stringify({ device_id: 'd', account_uuid: 'a', session_id: 'claude' });

describe('readSession', () => {
  const ALL: readonly (readonly [string, JsonObject, Readonly<Record<string, string>>, string])[] = [
    ['session_id', { session_id: 'one' }, {}, 'session:one'],
    ['x-session-id', {}, { 'x-session-id': 'two' }, 'session:two'],
    ['x-claude-code-session-id', {}, { 'x-claude-code-session-id': 'three' }, 'claude-code:three'],
    ['metadata.user_id', { metadata: { user_id: claudeUser } }, {}, 'claude-code:claude'],
    ['session-id', {}, { 'session-id': 'five' }, 'codex:five'],
    ['thread-id', {}, { 'thread-id': 'six' }, 'codex:six'],
    ['prompt_cache_key', { prompt_cache_key: 'seven' }, {}, 'cache:seven'],
    ['conversation', { conversation: { id: 'conv_8' } }, {}, 'conversation:conv_8'],
  ];

  it.each(ALL)('reads %s', (_, body, headers, expected) => {
    expect(read(body, headers)).toBe(expected);
  });

  it('takes the first that exists', () => {
    for (const [index, [, , , expected]] of ALL.entries()) {
      const rest = ALL.slice(index);
      const body = Object.assign({}, ...rest.map(([, fields]) => fields)) as JsonObject;
      const headers = Object.assign({}, ...rest.map(([, , one]) => one)) as Record<string, string>;
      expect(read(body, headers)).toBe(expected);
    }
  });

  it('gives one session of Claude Code one name, in the header and in the body', () => {
    expect(read({ metadata: { user_id: claudeUser } })).toBe(read({}, { 'x-claude-code-session-id': 'claude' }));
    expect(read({ metadata: { user_id: 'user_abc_account_def_session_claude' } })).toBe('claude-code:claude');
  });

  it.each<[string, unknown]>([
    ['no body', null],
    ['a list', []],
    ['other types', { session_id: 1, metadata: 'x', prompt_cache_key: {}, conversation: { id: 2 } }],
    ['empty names', { session_id: ' ', prompt_cache_key: '', conversation: '' }],
    ['a user without a session', { metadata: { user_id: 'someone' } }],
    ['a user that is no JSON', { metadata: { user_id: '{"session_id": ' } }],
    ['a session that is no text', { metadata: { user_id: '{"session_id": {"a": 1}}' } }],
    ['a name of 2000 characters', { prompt_cache_key: 'x'.repeat(2000) }],
    ['a user id of 10000 characters', { metadata: { user_id: JSON.stringify({ session_id: 's', more: 'x'.repeat(10_000) }) } }],
  ])('is null for %s', (_, body) => {
    expect(read(body)).toBeNull();
  });
});

describe('withoutSession', () => {
  const json = (fields: JsonObject) => JSON.stringify(fields);

  it.each<[string, string, string]>([
    [
      'the order of fields',
      json({ session_id: '1', account_uuid: 'a', device_id: 'd' }),
      json({ device_id: 'd', account_uuid: 'a', session_id: '2' }),
    ],
    [
      'an account without an id',
      json({ device_id: 'd', account_uuid: '', session_id: '1' }),
      json({ device_id: 'd', account_uuid: '', session_id: '2' }),
    ],
    ['fields that are added later', json({ device_id: 'd', session_id: '1' }), json({ device_id: 'd', session_id: '2', more: 1 })],
    ['the older form', 'user_ab_account_c-d_session_1-2', 'user_ab_account_c-d_session_3-4'],
    ['the older form without an account', 'user_ab_account__session_1', 'user_ab_account__session_2'],
  ])('is the same in two sessions: %s', (_, one, other) => {
    expect(withoutSession(one)).toBe(withoutSession(other));
    expect(withoutSession(one)).not.toContain('session');
  });

  it.each<[string, string, string]>([
    ['devices', json({ device_id: 'd', account_uuid: 'a', session_id: '1' }), json({ device_id: 'e', account_uuid: 'a', session_id: '1' })],
    [
      'accounts',
      json({ device_id: 'd', account_uuid: 'a', session_id: '1' }),
      json({ device_id: 'd', account_uuid: 'b', session_id: '1' }),
    ],
    ['a device and an account', json({ device_id: 'x', session_id: '1' }), json({ account_uuid: 'x', session_id: '1' })],
    ['users of the older form', 'user_a_account_c_session_1', 'user_b_account_c_session_1'],
  ])('differs between two %s', (_, one, other) => {
    expect(withoutSession(one)).not.toBe(withoutSession(other));
  });

  it.each([
    'ada',
    'my_session_1',
    '{"session_id":"1"}',
    '{"device_id":',
    '[1]',
    json({ device_id: 1 }),
    `{"device_id":"${'x'.repeat(5000)}"}`,
  ])('is the id itself for any other: %.40s', (id) => {
    expect(withoutSession(id)).toBe(id);
  });
});
