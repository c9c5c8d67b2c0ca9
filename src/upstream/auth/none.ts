/** Sends no key. */
import type { AuthOf, Scheme } from './scheme.ts';

/** Does not change the request. */
export const none: Scheme<AuthOf<'none'>> = {
  show: (_, { url, headers, body }) => ({ url, headers, body }),
  authorize: (_, { url, headers, body }) => ({ url, headers, body, secrets: [] }),
};
