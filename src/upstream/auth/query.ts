/** The key as a parameter of the address. What the address holds already stays as it is written, letter by letter. */
import { MASK, sendable, type AuthOf, type Scheme, type Unsigned } from './scheme.ts';

/** The key in the query. */
export const query: Scheme<AuthOf<'query'>> = {
  show: ({ parameter }, call) => withParameter(call, parameter, MASK),
  authorize: ({ parameter, secret }, call, { key }) => ({
    // Checked although no header carries it: a line break in a key is a slip in any scheme.
    ...withParameter(call, parameter, encodeURIComponent(sendable(key, secret))),
    secrets: [key],
  }),
};

function withParameter({ url, headers, body }: Unsigned, parameter: string, value: string): Unsigned {
  return { url: `${url}${url.includes('?') ? '&' : '?'}${encodeURIComponent(parameter)}=${value}`, headers, body };
}
