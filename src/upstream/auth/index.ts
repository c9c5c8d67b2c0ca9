/**
 * The authentication schemes that a provider file can name, as a closed map: how a request is shown, and how it is sent. A scheme that
 * is not here does not exist; the build refuses a file that names one.
 */
import type { Auth } from '../../registry/provider.ts';
import { awsSigV4 } from './aws-sigv4.ts';
import { azure } from './azure.ts';
import { bearer } from './bearer.ts';
import { googleServiceAccount } from './google-service-account.ts';
import { header } from './header.ts';
import { none } from './none.ts';
import { query } from './query.ts';
import type { AuthContext, AuthOf, Authorized, Scheme, Unsigned } from './scheme.ts';

export type { Authorized, AuthPorts, Credentials, Unsigned } from './scheme.ts';

const SCHEMES: { readonly [Name in Auth['scheme']]: Scheme<AuthOf<Name>> } = {
  bearer,
  header,
  query,
  azure,
  'aws-sigv4': awsSigV4,
  'google-service-account': googleServiceAccount,
  none,
};

/** How a request may be shown: as it is sent, with `***` in place of every secret. Looks at no key and waits for nobody. */
export function show(auth: Auth, call: Unsigned): Unsigned {
  const scheme: Scheme<Auth> = SCHEMES[auth.scheme];
  return scheme.show(auth, call);
}

/**
 * The request as it is sent. Without a key (an empty one) it is sent as it is. Not a promise for the schemes that wait for nothing.
 *
 * @throws RouterError `provider_unavailable` naming the variable at fault, never what it holds; for some schemes as a rejection.
 */
export function authorize(auth: Auth, call: Unsigned, context: AuthContext): Authorized | Promise<Authorized> {
  const scheme: Scheme<Auth> = SCHEMES[context.key === '' ? 'none' : auth.scheme];
  return scheme.authorize(auth, call, context);
}
