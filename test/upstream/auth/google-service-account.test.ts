/** A service account's key becomes a token: what is signed, how long a token is kept, and the errors. */
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/lib/fetch.ts';
import type { Auth } from '../../../src/registry/provider.ts';
import { authorize, show } from '../../../src/upstream/auth/index.ts';
import { createFakeClock, turn } from '../../support/fake-ports.ts';
import { CALL, errorOf } from './calls.ts';

const AUTH: Auth = { scheme: 'google-service-account', secret: 'GOOGLE_KEY', optional: false };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PIECE_OF_KEY = PEM.split('\n')[3] ?? '';
const START = Date.parse('2026-11-20T12:00:00Z');

let accounts = 0;

/** A key file that no other test has used: tokens are kept by its text. */
function keyFile(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'acme',
    private_key_id: 'kid-1',
    private_key: PEM,
    client_email: `router-${accounts++}@acme.iam.gserviceaccount.com`,
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  });
}

const granted = (token: string, expiresIn: unknown = 3600) =>
  Response.json({ access_token: token, expires_in: expiresIn, token_type: 'Bearer' });

type TokenRequest = { url: string; init: RequestInit; form: URLSearchParams };

/** A router's isolate, with Google played by `answer`. */
function isolate(answer: (count: number) => Response | Promise<Response>) {
  const clock = createFakeClock(START);
  const asked: TokenRequest[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init, form: new URLSearchParams(String(init.body)) });
    return answer(asked.length);
  };
  return {
    clock,
    asked,
    call: async (key: string, auth: Auth = AUTH) => authorize(auth, CALL, { key, variables: {}, fetch, clock }),
    tokenOf: async (key: string) =>
      (await authorize(AUTH, CALL, { key, variables: {}, fetch, clock })).headers['authorization']?.replace('Bearer ', ''),
  };
}

const decode = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** Lets signing, which node does on another thread, come to its end. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

describe('googleServiceAccount exchange', () => {
  it('sends a claim signed with the key', async () => {
    const key = keyFile();
    const { call, asked } = isolate(() => granted('ya29.token'));
    await call(key);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ url: 'https://oauth2.googleapis.com/token', init: { method: 'POST', redirect: 'manual' } });
    expect(asked[0]?.init.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(asked[0]?.form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head, claim, signature] = (asked[0]?.form.get('assertion') ?? '').split('.');
    expect(decode(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid-1' });
    expect(decode(claim)).toEqual({
      iss: (JSON.parse(key) as { client_email: string }).client_email,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: 'https://oauth2.googleapis.com/token',
      iat: START / 1000,
      exp: START / 1000 + 3600,
    });
    const verifier = createVerify('RSA-SHA256').update(`${head}.${claim}`);
    expect(verifier.verify(publicKey, signature ?? '', 'base64url')).toBe(true);
  });

  it('returns the bearer token as the only secret', async () => {
    const { call } = isolate(() => granted('ya29.token'));
    expect(await call(keyFile())).toEqual({
      ...CALL,
      headers: { ...CALL.headers, authorization: 'Bearer ya29.token' },
      secrets: ['ya29.token'],
    });
    expect(show(AUTH, CALL)).toEqual({ ...CALL, headers: { ...CALL.headers, authorization: 'Bearer ***' } });
  });

  it.each([
    ['without an id of the key', { private_key_id: undefined }],
    ['without a type', { type: undefined }],
    ['without a token_uri', { token_uri: undefined }],
    ['whose line breaks were escaped twice', { private_key: PEM.replaceAll('\n', String.raw`\n`) }],
    ['with line breaks of another system', { private_key: PEM.replaceAll('\n', '\r\n') }],
    ['of another provider of Google', { token_uri: 'https://sts.googleapis.com/token' }],
  ])('reads a key file %s', async (_, changes) => {
    const { tokenOf, asked } = isolate(() => granted('ya29.token'));
    expect(await tokenOf(keyFile(changes))).toBe('ya29.token');
    expect(asked[0]?.url).toBe('token_uri' in changes && changes.token_uri ? changes.token_uri : 'https://oauth2.googleapis.com/token');
  });
});

describe('getAccessToken', () => {
  it('keeps a token until one minute before its end', async () => {
    const key = keyFile();
    const { tokenOf, clock, asked } = isolate((count) => granted(`token-${count}`));
    expect(await tokenOf(key)).toBe('token-1');
    clock.advance(3_539_999);
    expect(await tokenOf(key)).toBe('token-1');
    clock.advance(1);
    expect(await tokenOf(key)).toBe('token-2');
    expect(asked).toHaveLength(2);
  });

  it.each([
    [null, 0],
    ['3600', 0],
    [60, 0],
    [61, 1000],
    [1e9, 3_540_000],
  ])('keeps a token of %j seconds for %i ms', async (expiresIn, keptMs) => {
    const key = keyFile();
    const { tokenOf, clock } = isolate((count) => granted(`token-${count}`, expiresIn));
    await tokenOf(key);
    clock.advance(Math.max(0, keptMs - 1));
    expect(await tokenOf(key)).toBe(keptMs === 0 ? 'token-2' : 'token-1');
    clock.advance(1);
    expect(await tokenOf(key)).toBe(keptMs === 0 ? 'token-3' : 'token-2');
  });

  it('keeps tokens per key', async () => {
    const { tokenOf, asked } = isolate((count) => granted(`token-${count}`));
    const [one, other] = [keyFile(), keyFile()];
    expect([await tokenOf(one), await tokenOf(other), await tokenOf(one)]).toEqual(['token-1', 'token-2', 'token-1']);
    expect(asked).toHaveLength(2);
  });

  it('removes the oldest of more than 64 tokens', async () => {
    const { tokenOf, asked } = isolate((count) => granted(`token-${count}`));
    const keys = Array.from({ length: 65 }, () => keyFile());
    for (const key of keys) await tokenOf(key);
    await tokenOf(keys[64] ?? '');
    await tokenOf(keys[1] ?? '');
    expect(asked).toHaveLength(65);
    await tokenOf(keys[0] ?? '');
    expect(asked).toHaveLength(66);
  });
});

describe('getAccessToken called concurrently', () => {
  it('shares one exchange, and leaves no timer', async () => {
    const key = keyFile();
    const { tokenOf, asked, clock } = isolate((count) => granted(`token-${count}`));
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => tokenOf(key)))).toEqual(Array(5).fill('token-1'));
    expect(asked).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it('shares a failure, and the next call starts a new exchange', async () => {
    const key = keyFile();
    const { tokenOf, asked } = isolate((count) => (count === 1 ? new Response('', { status: 503 }) : granted(`token-${count}`)));
    const outcomes = await Promise.allSettled([tokenOf(key), tokenOf(key)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
    expect(await tokenOf(key)).toBe('token-2');
  });

  it('starts a new exchange when the runtime dropped the first one with its request', async () => {
    const key = keyFile();
    const { tokenOf, asked, clock } = isolate((count) =>
      count === 1 ? new Promise<Response>(() => undefined) : granted(`token-${count}`),
    );
    const dropped = tokenOf(key).catch(() => 'late');
    await until(() => asked.length === 1);
    const waiting = [tokenOf(key), tokenOf(key), tokenOf(key)];
    clock.advance(3_000);
    expect(await Promise.all(waiting)).toEqual(['token-2', 'token-2', 'token-2']);
    expect(asked).toHaveLength(2);
    clock.advance(7_000);
    expect(await dropped).toBe('late');
    expect(await tokenOf(key)).toBe('token-2');
  });
});

describe('getAccessToken with an abandoned exchange', () => {
  it('does not replace the newer one when it ends late', async () => {
    const key = keyFile();
    const answers: ((response: Response) => void)[] = [];
    const { tokenOf, asked, clock } = isolate(() => new Promise((resolve) => void answers.push(resolve)));
    const first = tokenOf(key);
    await until(() => asked.length === 1);
    const second = tokenOf(key);
    clock.advance(3_000);
    await until(() => asked.length === 2);
    answers[0]?.(new Response(null, { status: 500 }));
    await expect(first).rejects.toThrow('HTTP 500');
    const third = tokenOf(key);
    answers[1]?.(granted('token-2'));
    expect(await Promise.all([second, third])).toEqual(['token-2', 'token-2']);
    expect(asked).toHaveLength(2);
  });
});

describe('googleServiceAccount with an invalid key file', () => {
  it.each([
    ['it is not a JSON object', PEM],
    ['it is not a JSON object', '["x"]'],
    ['its "type" is not "service_account"', keyFile({ type: 'authorized_user' })],
    ['"client_email" is missing', keyFile({ client_email: undefined })],
    ['"client_email" is missing', keyFile({ client_email: 7 })],
    ['"private_key" is missing', keyFile({ private_key: '' })],
    ['"private_key" that cannot be read', keyFile({ private_key: PIECE_OF_KEY })],
    ['"private_key" that cannot be read', keyFile({ private_key: PEM.replaceAll(' PRIVATE', ' RSA PRIVATE') })],
    ['"private_key" that cannot be read', keyFile({ private_key: PEM.replace(PIECE_OF_KEY, `${PIECE_OF_KEY}!`) })],
    ['"private_key" that is not an RSA key', keyFile({ private_key: PEM.replace(PIECE_OF_KEY, '') })],
    [
      '"private_key" that is not an RSA key',
      keyFile({ private_key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) }),
    ],
    ...[
      'http://oauth2.googleapis.com/token',
      'https://evil.example/token',
      'https://evilgoogleapis.com/token',
      'https://googleapis.com.evil.example/',
      'https://oauth2.googleapis.com@evil.example/',
      'https://user@oauth2.googleapis.com/token',
      'https://oauth2.googleapis.com:8443/token',
      'https://evil.example\\.googleapis.com/',
      'token',
    ].map((uri): [string, string] => ['"token_uri" that is not at googleapis.com', keyFile({ token_uri: uri })]),
  ])('names the variable and the fault: %s', async (fault, key) => {
    const { call, asked } = isolate(() => granted('ya29.token'));
    const error = await errorOf(() => call(key));
    expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false });
    expect(error.message).toContain('GOOGLE_KEY');
    expect(error.message).toContain(fault);
    expect(error.message).not.toContain(PIECE_OF_KEY);
    expect(asked).toEqual([]);
  });
});

describe('googleServiceAccount errors', () => {
  it.each([
    [400, false],
    [401, false],
    [403, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [302, false],
  ])('after HTTP %i are retryable: %s', async (status, retryable) => {
    const { call } = isolate(() => new Response(null, { status }));
    const error = await errorOf(() => call(keyFile()));
    expect(error).toMatchObject({ type: 'provider_unavailable', status: 502, retryable });
    expect(error.message).toBe(`oauth2.googleapis.com returned no access token for the router's variable GOOGLE_KEY: HTTP ${status}.`);
  });

  it('contain the message of Google, but neither the claim nor the key', async () => {
    const { call, asked } = isolate((count) =>
      Response.json(
        {
          error: 'invalid_grant',
          error_description: `Invalid JWT Signature.\n${'x'.repeat(200)} ${asked[count - 1]?.form.get('assertion')} ${PIECE_OF_KEY} ${'y '.repeat(500)}`,
        },
        { status: 400 },
      ),
    );
    const error = await errorOf(() => call(keyFile()));
    expect(error.message).toContain('GOOGLE_KEY: HTTP 400 invalid_grant Invalid JWT Signature. *** *** *** y y');
    expect(error.message.length).toBeLessThan(600);
  });

  it.each([
    ['no JSON', () => new Response('<html>')],
    ['a list', () => Response.json([])],
    ['no token', () => Response.json({ expires_in: 3600 })],
    ['a token that no header can carry', () => granted('a\nb')],
    ['too much', () => new Response('x'.repeat(70_000))],
  ])('report an answer that is %s', async (_, answer) => {
    const { call } = isolate(answer);
    expect(await errorOf(() => call(keyFile()))).toMatchObject({
      message: expect.stringContaining('an answer without a token'),
      retryable: true,
    });
  });

  it('do not contain details of a connection error', async () => {
    const { call } = isolate(() => Promise.reject(new TypeError('connect 10.0.0.7')));
    const error = await errorOf(() => call(keyFile()));
    expect(error).toMatchObject({ message: expect.stringContaining('could not be reached'), retryable: true });
    expect(error.message).not.toContain('10.0.0.7');
  });

  it('end an exchange after ten seconds', async () => {
    const { call, clock, asked } = isolate(() => new Promise<Response>(() => undefined));
    const error = errorOf(() => call(keyFile()));
    await until(() => asked.length === 1);
    clock.advance(10_000);
    expect(await error).toMatchObject({ message: expect.stringContaining('no answer within 10000 ms'), retryable: true });
    expect(asked[0]?.init.signal?.aborted).toBe(true);
  });
});
