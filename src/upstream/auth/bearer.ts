/** Authenticates with `Authorization: Bearer <key>` (RFC 6750). */
import { MASK, checkHeaderValue, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** Sends the key as a bearer token. */
export const bearer: Scheme<AuthOf<'bearer'>> = {
  show: (_, call) => withHeaders(call, { authorization: `Bearer ${MASK}` }),
  authorize: ({ secret }, call, { key }) => ({
    ...withHeaders(call, { authorization: `Bearer ${checkHeaderValue(key, secret)}` }),
    secrets: [key],
  }),
};
