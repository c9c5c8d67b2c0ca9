/** Brings the path of a request into its plain form. */
import { getPath } from 'hono/utils/url';

/** A slash that is encoded, doubled or last. */
const UNUSUAL = /%2f|\/\/|.\/$/i;

/** The path without doubled or trailing slashes. The slash in a model's name may come encoded. */
export function plainPath(request: Request): string {
  const given = getPath(request);
  if (!UNUSUAL.test(given)) return given;
  const path = given.replace(/%2f/gi, '/').replace(/\/{2,}/g, '/');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
