/** The key alone in a header of its own, which the provider file names: `x-api-key`, `x-goog-api-key`, `api-key`. */
import { MASK, sendable, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** The key in a header. */
export const header: Scheme<AuthOf<'header'>> = {
  show: (auth, call) => withHeaders(call, { [auth.header]: MASK }),
  authorize: (auth, call, { key }) => ({
    ...withHeaders(call, { [auth.header]: sendable(key, auth.secret) }),
    secrets: [key],
  }),
};
