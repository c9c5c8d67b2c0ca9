/** Which keys are accepted, and the errors for the others. */
import { describe, expect, it } from 'vitest';
import { ANONYMOUS_CALLER, type Caller } from '../../src/accounts/caller.ts';
import type { KeyRecord } from '../../src/accounts/key-record.ts';
import { createKeyText, KEY_BYTES } from '../../src/accounts/key-text.ts';
import { createAuthenticate, type AcceptedKeys } from '../../src/http/authenticate.ts';
import { sha256Hex } from '../../src/lib/hash.ts';
import { RouterError } from '../../src/unified/error.ts';
import { CREATED_MS, keyRecord } from '../support/key-record.ts';

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

describe('authenticate: created keys', () => {
  const TEXT = createKeyText(new Uint8Array(KEY_BYTES).fill(7));
  const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` });

  /** @param record what the directory has for the hash of TEXT. */
  async function createdBy(record: Partial<KeyRecord> | null, more: AcceptedKeys = { keys: KEYS }) {
    const hash = await sha256Hex(TEXT);
    const asked: string[] = [];
    let now = CREATED_MS;
    const find = async (wanted: string) => {
      asked.push(wanted);
      return wanted === hash && record !== null ? keyRecord({ hash, ...record }) : null;
    };
    const authenticate = createAuthenticate({ ...more, directory: { find }, clock: { nowMs: () => now } });
    return { authenticate, asked, hash, setNow: (ms: number) => (now = ms) };
  }

  it('are accepted in every header, with the hash of the key as the account', async () => {
    const { authenticate, hash } = await createdBy({});
    for (const headers of [
      bearer(TEXT),
      new Headers({ 'x-api-key': TEXT }),
      new Headers({ 'x-tributary-key': TEXT, authorization: 'Bearer x' }),
    ]) {
      expect(await authenticate(headers)).toEqual({ tenant: hash.slice(0, 12), account: hash, key: keyRecord({ hash }), isAdmin: false });
    }
  });

  it('expire by the clock of each request, not when the record is read', async () => {
    const { authenticate, setNow } = await createdBy({ expiresMs: CREATED_MS + 5 });
    setNow(CREATED_MS + 4);
    expect(await authenticate(bearer(TEXT))).toMatchObject({ isAdmin: false });
    setNow(CREATED_MS + 5);
    await expect(authenticate(bearer(TEXT))).rejects.toMatchObject({ status: 401 });
  });

  it('that are unknown, expired or disabled are refused with one text, the same as for a text that is no key', async () => {
    const refused = async (record: Partial<KeyRecord> | null, text = TEXT) =>
      (await createdBy(record)).authenticate(bearer(text)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
    const errors = [
      await refused(null),
      await refused({ disabled: true }),
      await refused({ expiresMs: CREATED_MS }),
      await refused({}, TEXT.slice(0, -1)),
      await refused({}, 'third-key'),
    ];
    expect(new Set(errors.map(String)).size).toBe(1);
    expect(errors).toEqual(errors.map(() => unauthorized('not accepted')));
    expect(JSON.stringify(errors)).not.toContain(TEXT.slice(12, 30));
  });

  it.each([TEXT.slice(0, -1), `${TEXT}0`, `${TEXT.slice(0, -1)}${TEXT.endsWith('0') ? '1' : '0'}`, 'first-key', 'third-key', 'sk-trb-v1-'])(
    'are not looked up for %s',
    async (text) => {
      const { authenticate, asked } = await createdBy({});
      await authenticate(bearer(text)).catch(() => null);
      expect(asked).toEqual([]);
    },
  );

  it('are recognized where callers need no key; any other text is none', async () => {
    const open = await createdBy({}, { allowAnonymous: true });
    expect(await open.authenticate(bearer('anything'))).toBe(ANONYMOUS_CALLER);
    expect(open.asked).toEqual([]);
    expect(await open.authenticate(bearer(TEXT))).toMatchObject({ account: open.hash });
    const { authenticate } = await createdBy({ disabled: true }, { allowAnonymous: true });
    await expect(authenticate(bearer(TEXT))).rejects.toMatchObject({ status: 401 });
  });
});

describe('authenticate: the operator', () => {
  it.each<AcceptedKeys>([{ keys: KEYS }, {}, { allowAnonymous: true }])('is known by each admin key, beside %j', async (more) => {
    const authenticate = createAuthenticate({ adminKeys: ['admin-1', 'admin-2'], ...more });
    for (const key of ['admin-1', 'admin-2']) {
      expect(await authenticate(new Headers({ 'x-api-key': key }))).toMatchObject({ isAdmin: true, key: null });
    }
    const other = await authenticate(new Headers({ 'x-api-key': 'admin-3' })).catch(() => null);
    expect(other?.isAdmin ?? false).toBe(false);
  });

  it('is not a caller with a key of ROUTER_API_KEYS, unless it is an admin key, too', async () => {
    const authenticate = createAuthenticate({ adminKeys: ['both'], keys: ['both', 'plain'] });
    expect(await authenticate(new Headers({ 'x-api-key': 'both' }))).toMatchObject({ isAdmin: true });
    expect(await authenticate(new Headers({ 'x-api-key': 'plain' }))).toMatchObject({ isAdmin: false });
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

describe('authenticate: a person whom Cloudflare Access lets pass', () => {
  const PERSON: Caller = { tenant: 'person', account: 'a'.repeat(64), key: null, isAdmin: true };
  /** Accepts every request with the header `person`. */
  const signIn = (headers: Headers) => Promise.resolve(headers.has('person') ? PERSON : null);
  const ask = (headers: Record<string, string>, more: AcceptedKeys = {}) =>
    createAuthenticate({ keys: KEYS, adminKeys: ['the-admin-key'], signIn, ...more })(new Headers(headers));

  it('is the operator', async () => {
    await expect(ask({ person: '1' })).resolves.toBe(PERSON);
    await expect(ask({ person: '1' }, { keys: [], allowAnonymous: true })).resolves.toBe(PERSON);
  });

  it('is the caller of a key that the request has too', async () => {
    const own = await ask({ person: '1', 'x-api-key': 'first-key' });
    expect([own.isAdmin, own.account]).toEqual([false, await sha256Hex('first-key')]);
    await expect(ask({ person: '1', authorization: 'Bearer wrong' })).rejects.toMatchObject({ status: 401 });
    await expect(ask({ person: '1', 'x-tributary-key': 'wrong' })).rejects.toMatchObject({ status: 401 });
  });

  it('is a caller without a key where the sign-in names none', async () => {
    await expect(ask({})).rejects.toMatchObject({ status: 401 });
    await expect(ask({}, { keys: [], allowAnonymous: true })).resolves.toBe(ANONYMOUS_CALLER);
  });

  it('is refused with the reason of the sign-in', async () => {
    const refusing = () => Promise.reject(new RouterError('authentication', 'it has expired'));
    await expect(ask({}, { signIn: refusing })).rejects.toMatchObject({ message: 'it has expired' });
  });
});
