/**
 * Sends the idempotency key of a client on. Each upstream call has a key of its own, made from the client's: the same call has the same key
 * when it is repeated, and no two calls share one. So a provider that knows such keys makes an answer once, and any other ignores the header.
 */
import { hashText, sha256Hex } from '../lib/hash.ts';
import type { UpstreamCall } from '../upstream/call.ts';

/** The header, of clients and of upstream calls (draft-ietf-httpapi-idempotency-key-header-07, read 2026-11-30). */
const HEADER = 'idempotency-key';

/** Characters of the client's key that stay readable, and of the hash behind them. Common limits of such keys are 255 and 256 characters. */
const [READABLE_CHARACTERS, HASH_CHARACTERS] = [64, 32];

type KeyHeader = Readonly<Record<string, string>>;

/**
 * Reads the key of a client as a header for its upstream calls; none, and no promise, where the client sent no key. It is the client's key
 * with a hash, because two tenants may use the same one, and the answer to one must never be repeated to the other.
 *
 * @param tenant see `state/tenants.ts`.
 */
export function readIdempotencyKey(headers: Headers, tenant: string): KeyHeader | Promise<KeyHeader> {
  const given = headers.get(HEADER);
  return given === null || given === '' ? {} : tenantKey(given, tenant);
}

const tenantKey = async (given: string, tenant: string): Promise<KeyHeader> => ({
  [HEADER]: `${given.slice(0, READABLE_CHARACTERS)}-${await sha256Hex(`${tenant}|${given}`, HASH_CHARACTERS)}`,
});

/** Gives a call its own key, where the client sent one. @param choice the first choice that the call makes: equal calls differ in it. */
export function withOwnKey(call: UpstreamCall, choice: number): UpstreamCall {
  const shared = call.headers[HEADER];
  if (shared === undefined) return call;
  return { ...call, headers: { ...call.headers, [HEADER]: `${shared}-${hashText(`${call.url} ${choice} ${call.body.text}`)}` } };
}
