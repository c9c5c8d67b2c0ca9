/** No key at all: nothing is added, whatever is set. */
import type { AuthOf, Scheme } from './scheme.ts';

/** The request as it is. */
export const none: Scheme<AuthOf<'none'>> = {
  show: (_, { url, headers, body }) => ({ url, headers, body }),
  authorize: (_, { url, headers, body }) => ({ url, headers, body, secrets: [] }),
};
