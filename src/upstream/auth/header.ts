/** Sends the key in a header that the provider file names: `x-api-key`, `x-goog-api-key`, `api-key`. */
import { MASK, checkHeaderValue, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** Sends the key in a header. */
export const header: Scheme<AuthOf<'header'>> = {
  show: (auth, call) => withHeaders(call, { [auth.header]: MASK }),
  authorize: (auth, call, { key }) => ({
    ...withHeaders(call, { [auth.header]: checkHeaderValue(key, auth.secret) }),
    secrets: [key],
  }),
};
