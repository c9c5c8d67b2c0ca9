/**
 * Loop marks: every upstream call lists the routers that its request has passed, so that a router whose base URL leads back to it sees
 * that. The list is RFC 8586's `CDN-Loop`; one entry is `tributary; via=<slug of the provider that was called>`. Cloudflare's edge writes
 * that header too, so the list also goes in a header of our own. Marks of other systems are not passed on: a caller could forge them, and
 * a provider's CDN would then refuse the router.
 */
import { variablePrefix } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';

/** Most routers that a request may have passed before this one. */
const MAX_HOPS = 3;

/** Headers that carry the marks. Proxies may change them, so no signature covers them. */
export const LOOP_HEADERS: readonly string[] = ['cdn-loop', 'x-tributary-loop'];

/** The providers by which a request has passed routers, oldest first; '' where a mark does not say. Empty = it comes from a client. */
export type Hops = readonly string[];

const ENTRY = /^\s*tributary\s*(?:;\s*via=([a-z0-9-]{1,64})\s*)?(?:;|$)/i;

/**
 * The marks of a request that comes in.
 *
 * @throws RouterError `loop_detected` when it has passed more than {@link MAX_HOPS} routers.
 */
export function readHops(headers: Headers): Hops {
  let hops: Hops = [];
  for (const name of LOOP_HEADERS) {
    const value = headers.get(name);
    const found = value === null ? [] : readMarks(value);
    if (found.length > hops.length) hops = found;
  }
  if (hops.length <= MAX_HOPS) return hops;
  const variables = [...new Set(hops)].filter((slug) => slug !== '').map((slug) => `${variablePrefix(slug)}_BASE_URL`);
  const message =
    `This request has passed more than ${MAX_HOPS} Tributary routers, so a base URL seems to lead back to a router that calls it. ` +
    `Check ${variables.join(' and ') || 'the variables <PROVIDER>_BASE_URL'}.`;
  throw new RouterError('loop_detected', message);
}

/** Our marks in a list, no more than are needed to refuse it. */
function readMarks(list: string): string[] {
  const marks: string[] = [];
  for (const entry of list.split(',')) {
    const match = ENTRY.exec(entry);
    if (match !== null) marks.push(match[1]?.toLowerCase() ?? '');
    if (marks.length > MAX_HOPS) break;
  }
  return marks;
}

/** The headers of a call to a provider, for a request with these marks. */
export function loopHeaders(hops: Hops, provider: string): Record<string, string> {
  const list = [...hops, provider].map((slug) => (slug === '' ? 'tributary' : `tributary; via=${slug}`)).join(', ');
  return Object.fromEntries(LOOP_HEADERS.map((name) => [name, list]));
}
