/** The network of a command line in tests: a router in this process, at any address. */
import type { SendRequest } from '../../src/cli/send-request.ts';
import { createRouter, KEY } from '../http/router.ts';
import type { Env } from '../../src/platform/env.ts';

/** Variables of a command line that asks {@link routerSend}. */
export const ROUTER_ENVIRONMENT = { TRIBUTARY_URL: 'https://router.example', TRIBUTARY_KEY: KEY };

/** @param env variables of the router. @param seen is given each request. */
export function routerSend(env: Env = {}, seen: (request: Request) => void = () => undefined): SendRequest {
  const router = createRouter(env);
  return async (request) => {
    seen(request);
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    return router.call(request.method, pathname + search, body === '' ? undefined : body, Object.fromEntries(request.headers));
  };
}
