/**
 * What an authentication scheme is: how a request looks without its key, and how it is sent with it. Words that all schemes share;
 * the schemes are in the files beside this one, and `index.ts` says which there are. Nothing here may put a key into an error.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import type { Auth } from '../../registry/provider.ts';
import { RouterError } from '../../unified/error.ts';

/** A request that lacks only its key. Names of headers are in lower case. */
export type Unsigned = { url: string; headers: Readonly<Record<string, string>>; body: string };

/** `key` is the value of the variable `secret`; `variables` are the values of the other variables that a scheme names, by name. */
export type Credentials = { key: string; variables: Readonly<Record<string, string>> };

/** What a scheme works with: the credentials, and the platform. */
export type AuthContext = Credentials & AuthPorts;

/** What a scheme may need of the platform. */
export type AuthPorts = { fetch: Fetch; clock: Clock };

/** A request as it is sent. `secrets`: everything that must be kept out of whatever is said about this call. */
export type Authorized = Unsigned & { secrets: readonly string[] };

/** What a provider file says where it names this scheme. */
export type AuthOf<Name extends Auth['scheme']> = Auth & { scheme: Name };

/** One scheme. */
export interface Scheme<Kind extends Auth> {
  /** The request with {@link MASK} in place of every secret. */
  show(auth: Kind, call: Unsigned): Unsigned;
  /** The request with its key. @throws RouterError `provider_unavailable` naming the variable at fault. */
  authorize(auth: Kind, call: Unsigned, context: AuthContext): Authorized | Promise<Authorized>;
}

export { MASK } from '../secrets.ts';

/** The request with more headers; one of the same name gives way. */
export function withHeaders({ url, headers, body }: Unsigned, more: Readonly<Record<string, string>>): Unsigned {
  return { url, headers: { ...headers, ...more }, body };
}

/** The value of a variable, if a header can carry it. @throws RouterError naming the variable, not the value. */
export function sendable(value: string, variable: string): string {
  if (/[^\x20-\x7e\x80-\xff]/.test(value)) {
    throw unusable(variable, 'holds a line break or another character that no header can carry. Set it again without that');
  }
  return value;
}

/** An error of the operator's, which trying again does not mend. `fault` follows the name of the variable. */
export function unusable(variable: string, fault: string): RouterError {
  return new RouterError('provider_unavailable', `The router's variable ${variable} ${fault}.`, { retryable: false, meaning: 'bad-key' });
}
