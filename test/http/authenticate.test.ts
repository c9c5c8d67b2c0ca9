/** Which keys are accepted, and the errors for the others. */
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';

const KEYS = ['first-key', 'second-key'];

/** Null when the caller is let in, else the error. */
async function refusal(headers: Record<string, string>, keys: readonly string[] = KEYS, allowAnonymous = false): Promise<unknown> {
  return createAuthenticate({ keys, allowAnonymous })(new Headers(headers)).then(
    () => null,
    (thrown: unknown) => thrown,
  );
}

const unauthorized = (words: string) =>
  expect.objectContaining({ type: 'authentication', status: 401, retryable: false, message: expect.stringContaining(words) });

describe('authenticate: a caller', () => {
  const SPACED = ['my first key', 'a  b', 'tab\there', 'schl\u00fcssel'];

  it.each(
    SPACED.flatMap((key) => [
      { key, name: 'authorization' },
      { key, name: 'x-api-key' },
    ]),
  )('with the key "$key" is let in by the header $name, and not with a part of it', async ({ key, name }) => {
    const header = (value: string) => ({ [name]: name === 'authorization' ? `Bearer ${value}` : value });
    for (const value of [key, ` ${key}  `]) expect(await refusal(header(value), SPACED)).toBeNull();
    for (const value of [`${key} x`, `x ${key}`, `${key}, ${key}`, key.slice(1), key.replace(/\s+|$/, '_')]) {
      expect(await refusal(header(value), SPACED)).toEqual(unauthorized('ROUTER_API_KEYS'));
    }
  });

  it('with an empty Bearer and a good x-api-key is let in', async () => {
    expect(await refusal({ authorization: 'Bearer ', 'x-api-key': 'first-key' })).toBeNull();
  });

  it.each<Record<string, string>>([
    { authorization: 'Bearer first-key' },
    { authorization: 'Bearer second-key' },
    { authorization: 'bearer   second-key ' },
    { 'x-api-key': 'first-key' },
    { authorization: 'Basic Zm9v', 'x-api-key': 'first-key' },
  ])('is let in with %j', async (headers) => {
    expect(await refusal(headers)).toBeNull();
  });

  it.each<Record<string, string>>([
    { authorization: 'Bearer third-key' },
    { authorization: 'Bearer first-key2' },
    { authorization: 'Bearer FIRST-KEY' },
    { 'x-api-key': 'third-key' },
    { 'x-api-key': '' },
  ])('is refused with %j, and the key is not repeated', async (headers) => {
    const error = await refusal(headers);
    expect(error).toEqual(unauthorized('ROUTER_API_KEYS'));
    const text = JSON.stringify(error) + String(error);
    for (const key of ['first-key', 'second-key', 'third-key', 'FIRST-KEY']) expect(text).not.toContain(key);
  });

  it.each([
    ['Bearer third-key', 'first-key'],
    ['Bearer first-key', 'third-key'],
    ['bearer first-key', 'second-key'],
    ['Bearer third-key', 'FIRST-KEY'],
  ])('with two different keys is refused, and both headers are named: %s, %s', async (authorization, key) => {
    const error = await refusal({ authorization, 'x-api-key': key });
    expect(error).toEqual(unauthorized('"Authorization: Bearer" and "x-api-key"'));
    expect(JSON.stringify(error) + String(error)).not.toMatch(/(first|second|third)-key/i);
  });

  it('with the same key in both headers is let in', async () => {
    expect(await refusal({ authorization: 'Bearer first-key ', 'x-api-key': ' first-key' })).toBeNull();
    expect(await refusal({ authorization: 'Bearer first-key', 'x-api-key': '' })).toBeNull();
  });

  it.each<Record<string, string>>([{}, { authorization: 'first-key' }, { authorization: 'Basic first-key' }, { authorization: 'Bearer' }])(
    'without a key, with %j, is told how to send one',
    async (headers) => {
      expect(await refusal(headers)).toEqual(unauthorized('"Authorization: Bearer <key>"'));
    },
  );

  it('is refused by a router without keys, which says what to set', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }]) {
      expect(await refusal(headers, [])).toEqual(unauthorized('Set ROUTER_API_KEYS'));
      expect(await refusal(headers, [])).toEqual(unauthorized('ALLOW_ANONYMOUS=true'));
    }
  });

  it('may stay anonymous only where there are no keys and it is allowed', async () => {
    expect(await refusal({}, [], true)).toBeNull();
    expect(await refusal({}, KEYS, true)).toEqual(unauthorized('No key given'));
  });

  it('is judged the same way every time', async () => {
    const authenticate = createAuthenticate({ keys: KEYS });
    const call = (key: string) =>
      authenticate(new Headers({ 'x-api-key': key })).then(
        () => true,
        () => false,
      );
    expect(await Promise.all(['first-key', 'no', 'second-key', 'first-key', ''].map(call))).toEqual([true, false, true, true, false]);
  });
});

describe('authenticate: the tenant of a caller', () => {
  const tenantWith = (headers: Record<string, string>) =>
    createAuthenticate({ keys: KEYS })(new Headers(headers)).then(({ tenant }) => tenant);

  it('is the same in either header, another for another key, and not the key', async () => {
    const [first, again, second] = await Promise.all([
      tenantWith({ authorization: 'Bearer first-key' }),
      tenantWith({ 'x-api-key': 'first-key' }),
      tenantWith({ 'x-api-key': 'second-key' }),
    ]);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect([again === first, second === first]).toEqual([true, false]);
  });

  it('is one for all who need no key', async () => {
    const anonymous = createAuthenticate({ allowAnonymous: true });
    expect(await anonymous(new Headers())).toBe(await anonymous(new Headers({ authorization: 'Bearer x' })));
  });
});
