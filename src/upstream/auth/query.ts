/** Sends the key as a query parameter. The rest of the address is not re-encoded. */
import { MASK, checkHeaderValue, type AuthOf, type Scheme, type UnsignedRequest } from './scheme.ts';

/** Sends the key in the query. */
export const query: Scheme<AuthOf<'query'>> = {
  show: ({ parameter }, call) => withParameter(call, parameter, MASK),
  authorize: ({ parameter, secret }, call, { key }) => ({
    // Checked although no header contains it: a line break in a key is an error in any scheme.
    ...withParameter(call, parameter, encodeURIComponent(checkHeaderValue(key, secret))),
    secrets: [key],
  }),
};

function withParameter({ url, headers, body }: UnsignedRequest, parameter: string, value: string): UnsignedRequest {
  return { url: `${url}${url.includes('?') ? '&' : '?'}${encodeURIComponent(parameter)}=${value}`, headers, body };
}
