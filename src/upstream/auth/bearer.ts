/** `Authorization: Bearer <key>` (RFC 6750). */
import { MASK, sendable, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** The key as a bearer token. */
export const bearer: Scheme<AuthOf<'bearer'>> = {
  show: (_, call) => withHeaders(call, { authorization: `Bearer ${MASK}` }),
  authorize: ({ secret }, call, { key }) => ({
    ...withHeaders(call, { authorization: `Bearer ${sendable(key, secret)}` }),
    secrets: [key],
  }),
};
