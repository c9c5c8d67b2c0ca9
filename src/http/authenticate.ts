/**
 * Authenticates callers: with a key of `ROUTER_API_KEYS`, with `ADMIN_API_KEY`, with a key that `POST /keys` created, by Cloudflare Access, or without a key. Compares
 * SHA-256 digests in constant time. Reads every header in which a client may send its key. No error contains a key.
 */
import { ANONYMOUS_CALLER, tenantOf, type Caller } from '../accounts/caller.ts';
import type { SignIn } from '../accounts/cloudflare-access.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import { invalidKey } from '../accounts/invalid-key.ts';
import { isKeyText, KEY_PREFIX } from '../accounts/key-text.ts';
import type { Clock } from '../lib/clock.ts';
import { sha256, toHex } from '../lib/hash.ts';
import type { KeyDirectory } from '../ports.ts';
import { RouterError } from '../unified/error.ts';

/** Has the router's key where `authorization` has a token for a provider. No other header is read then. */
export const ROUTER_KEY_HEADER = 'x-tributary-key';

/** Accepts a caller. Its tenant is the beginning of its account. */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** Who is accepted. */
export type AcceptedKeys = {
  /** `ROUTER_API_KEYS`. */
  keys?: readonly string[];
  /** `ADMIN_API_KEY`. */
  adminKeys?: readonly string[];
  /** Callers without a key are accepted while there are no `keys`. */
  allowAnonymous?: boolean;
  /** Keys that were created; null = they cannot be. */
  directory?: KeyDirectory | null;
  /** Finds callers without a key; null = there are none. */
  signIn?: SignIn | null;
  /** For the expiry of created keys. */
  clock?: Pick<Clock, 'nowMs'>;
};

type KnownKey = { digest: Uint8Array; caller: Caller };

/** @throws (the function returned) RouterError `authentication`; 503 where the directory does not answer. */
export function createAuthenticate(accepted: AcceptedKeys): Authenticate {
  const { keys = [], adminKeys = [], allowAnonymous = false, directory = null, signIn = null, clock = { nowMs: Date.now } } = accepted;
  const isAnonymous = allowAnonymous && keys.length === 0;
  // Kept as values, not as a promise: one made for a request that was cut short would never settle for the next.
  let known: readonly KnownKey[] | null = null;
  return async (headers) => {
    if (isAnonymous && adminKeys.length === 0 && (directory === null || !mayHaveKey(headers))) return ANONYMOUS_CALLER;
    const given = callerKey(headers);
    if (given === null) {
      const person = signIn === null ? null : await signIn(headers);
      if (person !== null) return person;
      if (isAnonymous) return ANONYMOUS_CALLER;
      throw keys.length + adminKeys.length === 0 ? withoutKeys() : noKey();
    }
    const wanted = await sha256(given);
    known ??= await knownKeys(keys, adminKeys);
    let caller: Caller | null = null;
    for (const one of known) caller = equals(one.digest, wanted) ? one.caller : caller; // every one is compared
    if (caller !== null) return caller;
    if (!given.startsWith(KEY_PREFIX)) {
      if (isAnonymous) return ANONYMOUS_CALLER;
      throw keys.length + adminKeys.length === 0 ? withoutKeys() : invalidKey();
    }
    const account = toHex(wanted);
    const record = directory !== null && isKeyText(given) ? await directory.find(account) : null;
    if (record === null || !isUsable(record, clock.nowMs())) throw invalidKey();
    return { tenant: tenantOf(account), account, key: record, isAdmin: false };
  };
}

/** True for a key that may be used now. It is asked for every request: a key expires between two looks into the directory, too. */
const isUsable = ({ disabled, expiresMs }: KeyRecord, nowMs: number): boolean => !disabled && (expiresMs === null || nowMs < expiresMs);

/** True where a header may have a key that the router created: any other text makes no difference to anonymous callers. */
const mayHaveKey = (headers: Headers): boolean => KEY_HEADERS.some((name) => headers.get(name)?.includes(KEY_PREFIX) === true);

const withoutKeys = () =>
  new RouterError(
    'authentication',
    'This router has no caller keys yet, so it refuses every call. Set ROUTER_API_KEYS (a secret: one or more keys, comma-separated), or ADMIN_API_KEY to create keys with POST /v1/keys, or ALLOW_ANONYMOUS=true to answer callers on the same machine without a key.',
  );

const noKey = () =>
  new RouterError(
    'authentication',
    'No key given. Send one of the ROUTER_API_KEYS, or a key that POST /v1/keys has created, as "Authorization: Bearer <key>" or as "x-api-key: <key>".',
  );

const KEY_HEADERS = [ROUTER_KEY_HEADER, 'authorization', 'x-api-key'] as const;

/**
 * The key of a request, without surrounding blanks: the same text in either header. It may contain blanks. Null = none was sent.
 *
 * @throws RouterError `authentication` for two different keys: which one is meant, the request does not show.
 */
export function callerKey(headers: Headers): string | null {
  const own = headers.get(ROUTER_KEY_HEADER)?.trim() ?? '';
  if (own !== '') return own;
  const bearer = /^Bearer\s+(.*)$/i.exec(headers.get('authorization') ?? '')?.[1]?.trim() ?? '';
  const plain = headers.get('x-api-key')?.trim() ?? '';
  if (bearer !== '' && plain !== '' && bearer !== plain)
    throw new RouterError(
      'authentication',
      'The headers "Authorization: Bearer" and "x-api-key" have different keys. Send one of them, or the same key in both; where they belong to a provider, send the router\'s key as "x-tributary-key".',
    );
  return bearer === '' ? plain || null : bearer;
}

/** The keys of the operator's variables. A key that is in both is an admin key. */
function knownKeys(keys: readonly string[], adminKeys: readonly string[]): Promise<KnownKey[]> {
  const all = [...keys.map((key) => ({ key, isAdmin: false })), ...adminKeys.map((key) => ({ key, isAdmin: true }))];
  return Promise.all(
    all.map(async ({ key, isAdmin }) => {
      const bytes = await sha256(key);
      const account = toHex(bytes);
      return { digest: bytes, caller: Object.freeze({ tenant: tenantOf(account), account, key: null, isAdmin }) };
    }),
  );
}

/** Equality of two digests of the same length, in time that does not depend on where they differ. */
function equals(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let position = 0; position < one.length; position++) difference |= (one[position] ?? 0) ^ (other[position] ?? 0);
  return difference === 0;
}
