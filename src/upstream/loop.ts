/**
 * Detects loops of routers. Every upstream call lists the routers that its request has passed, so a router whose base URL leads back to
 * itself can detect it.
 *
 * The list is the `CDN-Loop` header (RFC 8586); one entry is `tributary; via=<slug of the called provider>`. Cloudflare's edge overwrites
 * that header, so a header of our own has the same list. Marks of other systems are not passed on: a client could forge them, and the CDN of
 * a provider would then reject the call.
 */
import { variablePrefix } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';

/** Most routers that a request may have passed before this one. */
const MAX_HOPS = 3;

/** Headers with the list. Proxies may change them, so they are not signed. */
export const LOOP_HEADERS: readonly string[] = ['cdn-loop', 'x-tributary-loop'];

/** Providers through which the request passed routers, oldest first; '' when unknown. Empty = it comes from a client. */
export type Hops = readonly string[];

const ENTRY = /^\s*tributary\s*(?:;\s*via=([a-z0-9-]{1,64})\s*)?(?:;|$)/i;

/**
 * Reads the marks of an incoming request.
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

/** Reads our marks in a list; stops when there are too many. */
function readMarks(list: string): string[] {
  const marks: string[] = [];
  for (const entry of list.split(',')) {
    const match = ENTRY.exec(entry);
    if (match !== null) marks.push(match[1]?.toLowerCase() ?? '');
    if (marks.length > MAX_HOPS) break;
  }
  return marks;
}

/** Returns the loop headers of a call to a provider. */
export function loopHeaders(hops: Hops, provider: string): Record<string, string> {
  const list = [...hops, provider].map((slug) => (slug === '' ? 'tributary' : `tributary; via=${slug}`)).join(', ');
  return Object.fromEntries(LOOP_HEADERS.map((name) => [name, list]));
}
