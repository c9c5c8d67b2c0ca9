/** Tokens of Cloudflare Access: which are accepted, and of whom. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createSignIn } from '../../src/accounts/cloudflare-access.ts';
import { RouterError } from '../../src/unified/error.ts';
import { AUDIENCE, claimsAt, createSigner, ISSUER, part, signWithPublicKey, type Signer } from '../support/access-tokens.ts';

const NOW_MS = 1_796_108_092_123;
const SECONDS = Math.floor(NOW_MS / 1000);

let signer: Signer;
let stranger: Signer;
beforeAll(async () => {
  [signer, stranger] = await Promise.all([createSigner('key-1'), createSigner('key-1')]);
});

/** Signs in with a token, and counts how often a key was looked for. */
function signInWith(headers: Record<string, string>, audiences: readonly string[] = [AUDIENCE]) {
  const asked: string[] = [];
  const keys = { find: (id: string) => (asked.push(id), Promise.resolve(id === 'key-1' ? signer.publicKey : null)) };
  const signIn = createSignIn({ issuer: ISSUER, audiences, keys, clock: { nowMs: () => NOW_MS } });
  return { result: signIn(new Headers(headers)), asked };
}

const fromOwnPage = (token: string) => ({ 'cf-access-jwt-assertion': token, 'sec-fetch-site': 'same-origin' });

describe('the sign-in by Cloudflare Access', () => {
  it('makes a person an operator with an account of its own', async () => {
    const token = await signer.sign(claimsAt(NOW_MS));
    const caller = await signInWith(fromOwnPage(token)).result;
    expect(caller).toEqual({
      tenant: caller?.account.slice(0, 12),
      account: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      key: null,
      isAdmin: true,
    });
    const other = await signInWith(fromOwnPage(await signer.sign(claimsAt(NOW_MS, { sub: 'another' })))).result;
    const same = await signInWith(fromOwnPage(await signer.sign(claimsAt(NOW_MS, { exp: SECONDS + 5 })))).result;
    expect(other?.account).not.toBe(caller?.account);
    expect(same?.account).toBe(caller?.account);
  });

  it.each([
    ['one audience that is no list', { aud: AUDIENCE }],
    ['one of several audiences', { aud: ['other', AUDIENCE] }],
    ['no nbf', { nbf: undefined }],
    ['an nbf of a clock that is a little ahead', { nbf: SECONDS + 59 }],
  ])('accepts %s', async (_, more) => {
    const { result } = signInWith(fromOwnPage(await signer.sign(claimsAt(NOW_MS, more))));
    await expect(result).resolves.toMatchObject({ isAdmin: true });
  });

  it('accepts each of several applications', async () => {
    const { result } = signInWith(fromOwnPage(await signer.sign(claimsAt(NOW_MS, { aud: ['second'] }))), [AUDIENCE, 'second']);
    await expect(result).resolves.toMatchObject({ isAdmin: true });
  });

  it.each([
    ['another audience', { aud: ['other'] }, 'ACCESS_AUD'],
    ['no audience', { aud: [] }, 'ACCESS_AUD'],
    ['an audience that is an object', { aud: { 0: AUDIENCE } }, 'ACCESS_AUD'],
    ['an audience with more characters', { aud: [`${AUDIENCE}0`] }, 'ACCESS_AUD'],
    ['another issuer', { iss: 'https://evil.cloudflareaccess.com' }, 'issuer'],
    ['an issuer that begins alike', { iss: `${ISSUER}.evil.example` }, 'issuer'],
    ['an issuer over http', { iss: ISSUER.replace('https', 'http') }, 'issuer'],
    ['no issuer', { iss: undefined }, 'issuer'],
    ['an expiry in the past', { exp: SECONDS - 1 }, 'expired'],
    ['an expiry that is now', { exp: NOW_MS / 1000 }, 'expired'],
    ['no expiry', { exp: undefined }, 'expired'],
    ['an expiry that is a text', { exp: String(SECONDS + 3600) }, 'expired'],
    ['a later beginning', { nbf: SECONDS + 62 }, 'not valid yet'],
    ['a beginning that is a text', { nbf: 'now' }, 'not valid yet'],
    ['a service', { sub: '', common_name: 'id.access' }, 'of a service'],
    ['no subject', { sub: undefined }, 'of a service'],
    ['a subject that is a number', { sub: 5 }, 'of a service'],
  ])('refuses a token with %s, and looks for no key', async (_, more, why) => {
    const token = await signer.sign(claimsAt(NOW_MS, more));
    const { result, asked } = signInWith(fromOwnPage(token));
    await expect(result).rejects.toMatchObject({ type: 'authentication', status: 401, message: expect.stringContaining(why) as string });
    expect(asked).toEqual([]);
  });

  it('refuses a token of another key, of an unknown one, and one that was changed', async () => {
    const claims = claimsAt(NOW_MS);
    const [head = '', , signature = ''] = (await signer.sign(claims)).split('.');
    for (const token of [
      await stranger.sign(claims),
      await signer.sign(claims, { kid: 'key-2' }),
      `${head}.${part({ ...claims, sub: 'another' })}.${signature}`,
      `${head}.${part(claims)}.${signature.slice(0, -4)}`,
      `${head}.${part(claims)}.`,
    ])
      await expect(signInWith(fromOwnPage(token)).result).rejects.toMatchObject({
        type: 'authentication',
        message: expect.stringContaining('no key of ACCESS_TEAM_DOMAIN') as string,
      });
  });

  it('refuses other algorithms, also with the public key as their secret', async () => {
    const claims = claimsAt(NOW_MS);
    const der = new Uint8Array(await crypto.subtle.exportKey('spki', signer.publicKey));
    const pem = `-----BEGIN PUBLIC KEY-----\n${btoa(String.fromCharCode(...der)).replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
    const tokens = [
      `${part({ alg: 'none', kid: 'key-1' })}.${part(claims)}.`,
      `${part({ alg: 'None', kid: 'key-1' })}.${part(claims)}.`,
      `${part({ kid: 'key-1' })}.${part(claims)}.`,
      await signWithPublicKey(der, claims, 'key-1'),
      await signWithPublicKey(pem, claims, 'key-1'),
      await signWithPublicKey(String(signer.jwk['n']), claims, 'key-1'),
      await signer.sign(claims, { alg: 'RS512' }),
      await signer.sign(claims, { alg: 'PS256' }),
      await signer.sign(claims, { alg: ['RS256'] }),
    ];
    for (const token of tokens) {
      const { result, asked } = signInWith(fromOwnPage(token));
      await expect(result).rejects.toMatchObject({ type: 'authentication', message: expect.stringContaining('RS256') as string });
      expect(asked).toEqual([]);
    }
    // The algorithm that a token names does not matter where it names RS256: an HMAC is no signature.
    const [head = '', body = '', hmac = ''] = (await signWithPublicKey(pem, claims, 'key-1')).split('.');
    const renamed = `${head.length > 0 ? part({ alg: 'RS256', kid: 'key-1' }) : ''}.${body}.${hmac}`;
    await expect(signInWith(fromOwnPage(renamed)).result).rejects.toMatchObject({ type: 'authentication' });
  });

  it.each([
    ['none at all', 'not-a-token'],
    ['empty', ''],
    ['in four parts', 'a.b.c.d'],
    ['in two parts', `${part({ alg: 'RS256', kid: 'key-1' })}.${part({})}`],
    ['no base64', 'a*.b*.c*'],
    ['no JSON', `${part('{')}.${part('{}')}.${part('x')}`],
    ['no UTF-8', `${part({ alg: 'RS256', kid: 'key-1' })}._w.${part('x')}`],
    ['a list', `${part([])}.${part([])}.${part('x')}`],
    ['without the id of a key', `${part({ alg: 'RS256' })}.${part({})}.${part('x')}`],
    ['with a part that must be understood', `${part({ alg: 'RS256', kid: 'key-1', crit: ['x'] })}.${part({})}.${part('x')}`],
    ['too long', `${part({ alg: 'RS256', kid: 'key-1' })}.${part({ x: 'x'.repeat(20_000) })}.${part('x')}`],
  ])('refuses a token that is %s, without its text', async (_, token) => {
    const error: unknown = await signInWith(fromOwnPage(token)).result.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RouterError);
    expect(error).toMatchObject({ type: 'authentication', status: 401 });
    expect(token !== '' && String(error).includes(token.slice(0, 20))).toBe(false);
  });

  it.each(['cross-site', 'same-site', 'none', '', 'Same-Origin', 'same-origin, same-origin'])(
    'counts for nothing in a request whose Sec-Fetch-Site is "%s"',
    async (site) => {
      const token = await signer.sign(claimsAt(NOW_MS));
      await expect(signInWith({ 'cf-access-jwt-assertion': token, 'sec-fetch-site': site }).result).resolves.toBeNull();
    },
  );

  it('counts for nothing without Sec-Fetch-Site, and only its own header is read', async () => {
    const token = await signer.sign(claimsAt(NOW_MS));
    await expect(signInWith({ 'cf-access-jwt-assertion': token }).result).resolves.toBeNull();
    await expect(signInWith({ cookie: `CF_Authorization=${token}`, 'sec-fetch-site': 'same-origin' }).result).resolves.toBeNull();
  });

  it('says so where the keys cannot be read', async () => {
    const keys = { find: () => Promise.reject(new RouterError('provider_overloaded', 'no keys')) };
    const signIn = createSignIn({ issuer: ISSUER, audiences: [AUDIENCE], keys, clock: { nowMs: () => NOW_MS } });
    const token = await signer.sign(claimsAt(NOW_MS));
    await expect(signIn(new Headers(fromOwnPage(token)))).rejects.toMatchObject({ status: 503 });
  });
});
