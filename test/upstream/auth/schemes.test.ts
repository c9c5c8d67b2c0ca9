/** The schemes that only put a key somewhere: where it goes, how it is shown, and that nothing else is touched. */
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/registry/provider.ts';
import { authorize, show, type Credentials } from '../../../src/upstream/auth/index.ts';
import { CALL, errorOf, OFFLINE } from './calls.ts';

const KEY = 'sk-test+secret/1234=';
const NAMED = { secret: 'ACME_API_KEY', optional: false };
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhY21lIn0.c2lnbmF0dXJl_-';

/** Scheme, key, what is added to the headers (and to the URL). */
const TABLE: readonly [auth: Auth, key: string, headers: Record<string, string>, query: string][] = [
  [{ scheme: 'bearer', ...NAMED }, KEY, { authorization: `Bearer ${KEY}` }, ''],
  [{ scheme: 'header', header: 'x-api-key', ...NAMED }, KEY, { 'x-api-key': KEY }, ''],
  [{ scheme: 'header', header: 'x-goog-api-key', ...NAMED }, KEY, { 'x-goog-api-key': KEY }, ''],
  [{ scheme: 'query', parameter: 'key', ...NAMED }, KEY, {}, `?key=${encodeURIComponent(KEY)}`],
  [{ scheme: 'azure', ...NAMED }, KEY, { 'api-key': KEY }, ''],
  [{ scheme: 'azure', ...NAMED }, JWT, { authorization: `Bearer ${JWT}` }, ''],
  [{ scheme: 'azure', ...NAMED }, 'two.parts', { 'api-key': 'two.parts' }, ''],
  [{ scheme: 'azure', ...NAMED }, 'a.b.c.d', { 'api-key': 'a.b.c.d' }, ''],
];

const credentials = (key: string): Credentials => ({ key, variables: {} });

describe('a key', () => {
  it.each(TABLE)('%j %s goes to its place, at once, and nothing else changes', (auth, key, headers, query) => {
    expect(authorize(auth, CALL, { ...credentials(key), ...OFFLINE })).toEqual({
      url: `${CALL.url}${query}`,
      headers: { ...CALL.headers, ...headers },
      body: CALL.body,
      secrets: [key],
    });
  });

  it.each(TABLE)('%j %s is shown as ***, in the same place', (auth, key, headers, query) => {
    const shown = show(auth, CALL);
    expect(JSON.stringify(shown)).toContain('***');
    if (key === JWT) return; // shown without looking at the key, as the more common kind
    const mask = (text: string) => text.replaceAll(encodeURIComponent(key), '***').replaceAll(key, '***');
    expect(shown).toEqual({
      url: `${CALL.url}${mask(query)}`,
      headers: { ...CALL.headers, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)])) },
      body: CALL.body,
    });
  });

  it.each(TABLE)('%j %s that is empty adds nothing', (auth) => {
    expect(authorize(auth, CALL, { ...credentials(''), ...OFFLINE })).toEqual({ ...CALL, secrets: [] });
  });

  it.each(TABLE)('%j %s takes the place of a header of the same name', (auth, key, headers) => {
    const before = { ...CALL, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, 'of the file'])) };
    expect(authorize(auth, before, { ...credentials(key), ...OFFLINE })).toMatchObject({ headers });
  });

  it('leaves the call that it was given alone, and hands on nothing that it does not know', () => {
    const call = Object.freeze({ ...CALL, headers: Object.freeze({ ...CALL.headers }), access: 'not for the wire' });
    for (const [auth, key] of TABLE) {
      expect(Object.keys(authorize(auth, call, { ...credentials(key), ...OFFLINE })).toSorted()).toEqual([
        'body',
        'headers',
        'secrets',
        'url',
      ]);
      expect(Object.keys(show(auth, call)).toSorted()).toEqual(['body', 'headers', 'url']);
    }
    expect(authorize({ scheme: 'none', ...NAMED }, call, { ...credentials(KEY), ...OFFLINE })).toEqual({ ...CALL, secrets: [] });
  });

  it('in the query follows what the address holds already, which stays as it is written', () => {
    const auth: Auth = { scheme: 'query', parameter: 'api key', ...NAMED };
    const call = { ...CALL, url: `${CALL.url}?alt=sse&v=a%20b+c:d` };
    expect(authorize(auth, call, { ...credentials('k&y'), ...OFFLINE })).toMatchObject({ url: `${call.url}&api%20key=k%26y` });
    expect(show(auth, call).url).toBe(`${call.url}&api%20key=***`);
  });
});

describe('a scheme without a key', () => {
  it('adds nothing and shows nothing, whatever is set', () => {
    const auth: Auth = { scheme: 'none', ...NAMED };
    expect(authorize(auth, CALL, { ...credentials(KEY), ...OFFLINE })).toEqual({ ...CALL, secrets: [] });
    expect(show(auth, CALL)).toEqual(CALL);
  });
});

describe('a key that cannot be sent', () => {
  const bad = ['line\nbreak-secret', 'carriage\rreturn-secret', 'nul\0secret', 'tab\tsecret', 'smart “quotes” secret', '\ud800secret'];

  it.each(TABLE.flatMap(([auth]) => bad.map((key) => [auth, key] as const)))(
    '%j %j is refused by the name of its variable',
    async (auth, key) => {
      const error = await errorOf(() => authorize(auth, CALL, { ...credentials(key), ...OFFLINE }));
      expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false });
      expect(error.message).toContain('ACME_API_KEY contains a line break or another character');
      expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
    },
  );
});
