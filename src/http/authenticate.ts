/**
 * Authenticates callers: compares SHA-256 digests of all keys in constant time. Reads every header in which a client may send its key. No
 * error contains a key.
 */
import { ANONYMOUS_CALLER, type Caller } from '../accounts/caller.ts';
import { toHex } from '../lib/hash.ts';
import { RouterError } from '../unified/error.ts';

/** Accepts a caller. Its tenant is the beginning of its account. */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** Characters of an account that name a tenant. */
const TENANT_CHARACTERS = 12;

type KnownKey = { digest: Uint8Array; caller: Caller };

/** @throws (the function returned) RouterError `authentication`. */
export function createAuthenticate(keys: readonly string[], allowAnonymous: boolean): Authenticate {
  // Kept as values, not as a promise: one made for a request that was cut short would never settle for the next.
  let known: readonly KnownKey[] | null = null;
  return async (headers) => {
    if (keys.length === 0) {
      if (allowAnonymous) return ANONYMOUS_CALLER;
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
    known ??= await Promise.all(keys.map(toKnownKey));
    let caller: Caller | null = null;
    for (const one of known) caller = equals(one.digest, wanted) ? one.caller : caller; // every one is compared
    if (caller === null) throw new RouterError('authentication', "The key is not one of this router's ROUTER_API_KEYS.");
    return caller;
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

async function toKnownKey(key: string): Promise<KnownKey> {
  const bytes = await digest(key);
  const account = toHex(bytes);
  return { digest: bytes, caller: Object.freeze({ tenant: account.slice(0, TENANT_CHARACTERS), account, key: null, isAdmin: false }) };
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
