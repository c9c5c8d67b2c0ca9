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

describe('authorize', () => {
  it.each(TABLE)('%j %s adds the key synchronously, and changes nothing else', (auth, key, headers, query) => {
    expect(authorize(auth, CALL, { ...credentials(key), ...OFFLINE })).toEqual({
      url: `${CALL.url}${query}`,
      headers: { ...CALL.headers, ...headers },
      body: CALL.body,
      secrets: [key],
    });
  });

  it.each(TABLE)('%j %s is shown as *** in the same place', (auth, key, headers, query) => {
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

  it.each(TABLE)('%j %s adds nothing for an empty key', (auth) => {
    expect(authorize(auth, CALL, { ...credentials(''), ...OFFLINE })).toEqual({ ...CALL, secrets: [] });
  });

  it.each(TABLE)('%j %s replaces a header of the same name', (auth, key, headers) => {
    const before = { ...CALL, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, 'of the file'])) };
    expect(authorize(auth, before, { ...credentials(key), ...OFFLINE })).toMatchObject({ headers });
  });

  it('does not change the given call, and returns only known fields', () => {
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

  it('appends a key to the query without re-encoding the address', () => {
    const auth: Auth = { scheme: 'query', parameter: 'api key', ...NAMED };
    const call = { ...CALL, url: `${CALL.url}?alt=sse&v=a%20b+c:d` };
    expect(authorize(auth, call, { ...credentials('k&y'), ...OFFLINE })).toMatchObject({ url: `${call.url}&api%20key=k%26y` });
    expect(show(auth, call).url).toBe(`${call.url}&api%20key=***`);
  });
});

describe('authorize with the scheme none', () => {
  it('adds nothing and shows nothing, whatever is set', () => {
    const auth: Auth = { scheme: 'none', ...NAMED };
    expect(authorize(auth, CALL, { ...credentials(KEY), ...OFFLINE })).toEqual({ ...CALL, secrets: [] });
    expect(show(auth, CALL)).toEqual(CALL);
  });
});

describe('authorize with an invalid key', () => {
  const bad = ['line\nbreak-secret', 'carriage\rreturn-secret', 'nul\0secret', 'tab\tsecret', 'smart “quotes” secret', '\ud800secret'];

  it.each(TABLE.flatMap(([auth]) => bad.map((key) => [auth, key] as const)))(
    '%j %j is rejected by the name of its variable',
    async (auth, key) => {
      const error = await errorOf(() => authorize(auth, CALL, { ...credentials(key), ...OFFLINE }));
      expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false });
      expect(error.message).toContain('ACME_API_KEY contains a line break or another character');
      expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
    },
  );
});
