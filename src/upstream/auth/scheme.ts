/**
 * Interface of an authentication scheme, and helpers that all schemes share. Each scheme has a file in this folder; `index.ts` lists them.
 * No error may contain a key.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import type { Auth } from '../../registry/provider.ts';
import { RouterError } from '../../unified/error.ts';
import type { CallBody } from '../call-body.ts';

/** A request without its key. Header names are in lower case. */
export type UnsignedRequest = { url: string; headers: Readonly<Record<string, string>>; body: Pick<CallBody, 'toSend'> };

/** `key` is the value of the variable `secret`. `variables` are the values of the other variables of the scheme, by name. */
export type Credentials = { key: string; variables: Readonly<Record<string, string>> };

/** Input of a scheme: the credentials and the ports. */
export type AuthContext = Credentials & AuthPorts;

/** Ports that schemes use. */
export type AuthPorts = { fetch: Fetch; clock: Clock };

/** A request with its key. `secrets`: values that must be masked in every message about this call. */
export type AuthorizedRequest = UnsignedRequest & { secrets: readonly string[] };

/** The settings of one scheme in a provider file. */
export type AuthOf<Name extends Auth['scheme']> = Auth & { scheme: Name };

/** An authentication scheme. */
export interface Scheme<Kind extends Auth> {
  /** Returns the request with {@link MASK} in place of every secret. */
  show(auth: Kind, call: UnsignedRequest): UnsignedRequest;
  /** Returns the request with its key. @throws RouterError `provider_unavailable` naming the variable. */
  authorize(auth: Kind, call: UnsignedRequest, context: AuthContext): AuthorizedRequest | Promise<AuthorizedRequest>;
}

export { MASK } from '../secrets.ts';

/** Adds headers to a request. A header of the same name is replaced. */
export function withHeaders({ url, headers, body }: UnsignedRequest, more: Readonly<Record<string, string>>): UnsignedRequest {
  return { url, headers: { ...headers, ...more }, body };
}

/** Returns the value of a variable if a header can contain it. @throws RouterError naming the variable, not the value. */
export function checkHeaderValue(value: string, variable: string): string {
  if (/[^\x20-\x7e\x80-\xff]/.test(value)) {
    throw createUnusableError(
      variable,
      'contains a line break or another character that is not allowed in a header. Set it again without that character',
    );
  }
  return value;
}

/** In place of the name of a variable, where the key is that of a caller. */
export const CALLER_KEY_NAME = 'x-provider-api-keys';

/** Creates an error that only the operator can fix, or the caller whose key it is, so it is not retryable. `fault` follows the name of the variable. */
export function createUnusableError(variable: string, fault: string): RouterError {
  if (variable === CALLER_KEY_NAME)
    return new RouterError('invalid_request', `${variable}: a key ${fault}.`, { param: variable, meaning: 'bad-key' });
  return new RouterError('provider_unavailable', `The router's variable ${variable} ${fault}.`, { retryable: false, meaning: 'bad-key' });
}
