/** The router, with the keys of Cloudflare Access from the address in the variable `KEYS_URL`: its own address cannot be served here. */
import worker from '../../src/worker.ts';

export * from '../../src/worker.ts';

const platformFetch = fetch;

/** Address of the keys, as the router makes it. */
const CERTS = 'https://team.cloudflareaccess.com/cdn-cgi/access/certs';

export default {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Response | Promise<Response> {
    globalThis.fetch = (input: RequestInfo | URL, init?: RequestInit) =>
      platformFetch(input === CERTS ? String(env['KEYS_URL']) : input, init);
    return worker.fetch(request, env);
  },
};
