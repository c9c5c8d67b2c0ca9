/**
 * Authenticates callers: compares SHA-256 digests of all keys in constant time. Reads every header in which a client may send its key. No
 * error contains a key.
 */
import { ANONYMOUS } from '../state/tenants.ts';
import { RouterError } from '../unified/error.ts';

/** Accepts a caller and returns its tenant (`state/tenants.ts`): a short hash of the key, or the tenant of callers without one. */
export type Authenticate = (headers: Headers) => Promise<string>;

/** Bytes of a digest that name a tenant. */
const TENANT_BYTES = 6;

/** @throws (the function returned) RouterError `authentication`. */
export function createAuthenticate(keys: readonly string[], allowAnonymous: boolean): Authenticate {
  // Kept as values, not as a promise: one made for a request that was cut short would never settle for the next.
  let digests: readonly Uint8Array[] | null = null;
  return async (headers) => {
    if (keys.length === 0) {
      if (allowAnonymous) return ANONYMOUS;
      throw new RouterError(
        'authentication',
        'This router has no caller keys yet, so it refuses every call. Set ROUTER_API_KEYS (a secret: one or more keys, comma-separated), or ALLOW_ANONYMOUS=true to answer callers on the same machine without a key.',
      );
    }
    const given = callerKey(headers);
    if (given === null)
      throw new RouterError(
        'authentication',
        'No key given. Send one of the ROUTER_API_KEYS as "Authorization: Bearer <key>" or as "x-api-key: <key>".',
      );
    const wanted = await digest(given);
    digests ??= await Promise.all(keys.map(digest));
    let known = false;
    for (const candidate of digests) known = equals(candidate, wanted) || known; // every one is compared
    if (!known) throw new RouterError('authentication', "The key is not one of this router's ROUTER_API_KEYS.");
    return [...wanted.subarray(0, TENANT_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };
}

/**
 * The key of a request, without surrounding blanks: the same text in either header. It may contain blanks. Null = none was sent.
 *
 * @throws RouterError `authentication` for two different keys: which one is meant, the request does not show.
 */
export function callerKey(headers: Headers): string | null {
  const bearer = /^Bearer\s+(.*)$/i.exec(headers.get('authorization') ?? '')?.[1]?.trim() ?? '';
  const plain = headers.get('x-api-key')?.trim() ?? '';
  if (bearer !== '' && plain !== '' && bearer !== plain)
    throw new RouterError(
      'authentication',
      'The headers "Authorization: Bearer" and "x-api-key" have different keys. Send one of them, or the same key in both.',
    );
  return bearer === '' ? plain || null : bearer;
}

async function digest(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
}

/** Equality of two digests of the same length, in time that does not depend on where they differ. */
function equals(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let position = 0; position < one.length; position++) difference |= (one[position] ?? 0) ^ (other[position] ?? 0);
  return difference === 0;
}
