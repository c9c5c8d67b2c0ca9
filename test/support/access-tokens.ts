/** Tokens as Cloudflare Access signs them, with real keys that are made here. */
import { toBase64Url } from '../../src/lib/base64.ts';
import type { JsonObject } from '../../src/lib/json.ts';

export const TEAM = 'team.cloudflareaccess.com';
export const ISSUER = `https://${TEAM}`;
export const AUDIENCE = '32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228';

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) };

const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));

/** A part of a token. */
export const part = (value: unknown): string => toBase64Url(encode(typeof value === 'string' ? value : JSON.stringify(value)));

/** Claims of a person, valid for an hour from a time in milliseconds since 1970 on. */
export const claimsAt = (nowMs: number, more: JsonObject = {}): JsonObject => {
  const seconds = Math.floor(nowMs / 1000);
  return {
    aud: [AUDIENCE],
    email: 'person@example.com',
    exp: seconds + 3600,
    iat: seconds,
    nbf: seconds,
    iss: ISSUER,
    type: 'app',
    identity_nonce: '6ei69kawdKzMIAPF',
    sub: '7335d417-61da-459d-899c-0a01c76a2f94',
    country: 'US',
    ...more,
  };
};

/** A pair of keys: its public key as the list of keys has it, and what it signs. */
export type Signer = {
  jwk: JsonObject & { kid: string };
  publicKey: CryptoKey;
  sign(claims: unknown, header?: JsonObject): Promise<string>;
};

export async function createSigner(kid: string, modulusLength = 2048): Promise<Signer> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ ...RS256, modulusLength }, true, ['sign', 'verify']);
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return {
    jwk: { kid, kty, alg: 'RS256', use: 'sig', n, e },
    publicKey,
    async sign(claims, header = {}) {
      const signed = `${part({ alg: 'RS256', kid, typ: 'JWT', ...header })}.${part(claims)}`;
      return `${signed}.${toBase64Url(new Uint8Array(await crypto.subtle.sign(RS256, privateKey, encode(signed))))}`;
    },
  };
}

/** A token that is signed with a public key as if it were a secret: an attack on verifiers that let the token choose the algorithm. */
export async function signWithPublicKey(secret: Uint8Array<ArrayBuffer> | string, claims: unknown, kid: string): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', typeof secret === 'string' ? encode(secret) : secret, hmac, false, ['sign']);
  const signed = `${part({ alg: 'HS256', kid, typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${toBase64Url(new Uint8Array(await crypto.subtle.sign(hmac, key, encode(signed))))}`;
}
