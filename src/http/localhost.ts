/**
 * Refuses requests of other machines where there are no caller keys, except from hosts that the operator names. Any web page can send
 * requests to a router on a developer's machine, and with a DNS name that changes its address can even read the answers; both would
 * spend the operator's keys. A browser states the page's host in `Origin` and the name that was called in `Host`.
 */
import { RouterError } from '../unified/error.ts';

/** Returns null for headers that are accepted, else the error. */
export type Objection = (headers: Headers) => RouterError | null;

/** Refuses no request: caller keys decide, or every call is refused later. */
export const noObjection: Objection = () => null;

/** The loopback names and addresses, with any port. A name below `localhost` is never looked up in DNS (RFC 6761, section 6.3). */
const LOCALHOST = /^(?:(?:[a-z0-9_-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?$/i;

/**
 * Refuses every request whose `Host` or `Origin` is neither on this machine nor among the named hosts. Requests without `Host` did not
 * come over the network.
 *
 * @param hosts names, `*.example.com`, or `*` for any.
 */
export function createLocalhostOnly(hosts: readonly string[]): Objection {
  if (hosts.includes('*')) return noObjection;
  const isAnswered = (authority: string) => LOCALHOST.test(authority) || isNamed(authority, hosts);
  /** The last host that was accepted: most requests have the same. */
  let accepted: string | null = null;
  return (headers) => {
    const host = headers.get('host');
    if (host !== null && host !== accepted) {
      if (!isAnswered(host)) return refusal(`Host is "${shown(host)}"`);
      accepted = host;
    }
    const origin = headers.get('origin');
    // Browsers send no empty Origin: one is as good as none.
    if (origin !== null && origin !== '')
      return isAnswered(origin.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')) ? null : refusal(`Origin is "${shown(origin)}"`);
    // Browsers leave Origin out of simple reads, such as an image of another page. `same-site` is another port of a host that is answered.
    return headers.get('sec-fetch-site') === 'cross-site' ? refusal('Sec-Fetch-Site is "cross-site"') : null;
  };
}

const shown = (text: string) => text.slice(0, 100);

function refusal(found: string): RouterError {
  const message = `This router has no caller keys, so it answers requests from its own machine only, and here ${found}. Set ROUTER_API_KEYS (one or more keys, comma-separated), or name the host in ANONYMOUS_HOSTS (comma-separated; * for any).`;
  return new RouterError('permission_denied', message);
}

function isNamed(authority: string, hosts: readonly string[]): boolean {
  const name = authority.toLowerCase().replace(/:\d*$/, '');
  return hosts.some((host) => {
    const wanted = host.toLowerCase();
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });
}
