/** Reads JSON Web Tokens and checks their signature: RS256 only (RFC 7515, RFC 7518 section 3.3). */
import { fromBase64Url } from './base64.ts';
import { isObject, type JsonObject } from './json.ts';

/** Longest token that is read, in characters. */
const MAX_CHARACTERS = 16_384;

/** Shortest key, in bits. */
const MIN_BITS = 2048;

/** The one algorithm. `alg` of the token decides nothing: a key of it verifies RS256, or the token is refused. */
const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** A token whose signature has not been checked. */
export type Jwt = Readonly<{
  /** Id of the key that is said to have signed it. */
  keyId: string;
  claims: JsonObject;
  /** What is signed. */
  signed: string;
  signature: Uint8Array<ArrayBuffer>;
}>;

/** Reads a token. Null where it is none, has another algorithm, names no key, or has parts that must be understood (`crit`). */
export function readJwt(token: string): Jwt | null {
  if (token.length > MAX_CHARACTERS) return null;
  const [head, body, end, more] = token.split('.');
  if (head === undefined || body === undefined || end === undefined || more !== undefined) return null;
  try {
    const [header, claims, signature] = [objectIn(head), objectIn(body), fromBase64Url(end)];
    if (header === null || claims === null || header['alg'] !== 'RS256' || 'crit' in header) return null;
    const keyId = header['kid'];
    return typeof keyId === 'string' ? { keyId, claims, signature, signed: `${head}.${body}` } : null;
  } catch {
    return null;
  }
}

/** Makes a key of its JSON form. Null where it is no public key for RS256, or a shorter one than RFC 7518 allows. */
export async function importRs256(jwk: JsonWebKey): Promise<CryptoKey | null> {
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, RS256, false, ['verify']);
    return Number((key.algorithm as { modulusLength?: number }).modulusLength) >= MIN_BITS ? key : null;
  } catch {
    return null;
  }
}

/** True where the key has signed the token. */
export const isSignedBy = ({ signed, signature }: Jwt, key: CryptoKey): Promise<boolean> =>
  crypto.subtle.verify(RS256, key, signature, new TextEncoder().encode(signed));

function objectIn(part: string): JsonObject | null {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromBase64Url(part)));
  return isObject(value) ? value : null;
}
