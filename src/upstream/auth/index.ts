/**
 * Maps the name of an authentication scheme in a provider file to its implementation. The list is closed: the build rejects a file with
 * another name.
 */
import type { Auth } from '../../registry/provider.ts';
import { awsSigV4 } from './aws-sigv4.ts';
import { azure } from './azure.ts';
import { bearer } from './bearer.ts';
import { googleServiceAccount } from './google-service-account.ts';
import { header } from './header.ts';
import { none } from './none.ts';
import { query } from './query.ts';
import type { AuthContext, AuthOf, AuthorizedRequest, Scheme, UnsignedRequest } from './scheme.ts';

export type { AuthorizedRequest as Authorized, AuthPorts, Credentials, UnsignedRequest as Unsigned } from './scheme.ts';

const SCHEMES: { readonly [Name in Auth['scheme']]: Scheme<AuthOf<Name>> } = {
  bearer,
  header,
  query,
  azure,
  'aws-sigv4': awsSigV4,
  'google-service-account': googleServiceAccount,
  none,
};

/** Returns a request with `***` in place of every secret. Reads no key. */
export function show(auth: Auth, call: UnsignedRequest): UnsignedRequest {
  const scheme: Scheme<Auth> = SCHEMES[auth.scheme];
  return scheme.show(auth, call);
}

/**
 * Adds the key to a request. With an empty key the request is not changed. Synchronous for schemes that need no I/O.
 *
 * @throws RouterError `provider_unavailable` naming the variable, never its value; asynchronous schemes reject.
 */
export function authorize(auth: Auth, call: UnsignedRequest, context: AuthContext): AuthorizedRequest | Promise<AuthorizedRequest> {
  const scheme: Scheme<Auth> = SCHEMES[context.key === '' ? 'none' : auth.scheme];
  return scheme.authorize(auth, call, context);
}
