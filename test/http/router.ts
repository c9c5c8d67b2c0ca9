/** Router for tests of HTTP: the real app and catalogue over fake keys, provider variables and network. */
import { createApp } from '../../src/app.ts';
import type { AppDeps } from '../../src/http/deps.ts';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { limits, type Env } from '../../src/platform/env.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import type { Fetch } from '../../src/lib/fetch.ts';
import type { Ports } from '../../src/ports.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { QUIET, SERVICES } from '../support/fake-ports.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';

/** One catalogue for all routers: it does not change, and property tests make thousands of routers. */
const CATALOG = createCatalog(PROVIDERS);

export const KEY = 'caller-key';

/** No call may leave the router. */
const noNetwork: Fetch = () => {
  throw new Error('nothing may be sent');
};

export type Router = {
  /** Sends a request with the caller's key, unless the headers say otherwise. A body that is no text is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
};

/** Replaces dependencies of the app, or single ports. */
type Replaced = Partial<AppDeps> & { services?: Partial<Ports> };

/** @param fetch answers the upstream calls. */
export function createRouter(env: Env = {}, fetch: Fetch = noNetwork, { services, ...more }: Replaced = {}): Router {
  let ids = 0;
  const app = createApp({
    catalog: CATALOG,
    ports: {
      clock: { nowMs: () => 1_700_000_000_000, setTimer: () => () => undefined },
      random: { id: () => String(++ids).padStart(20, '0'), fraction: () => 0 },
      fetch,
      access: createAccess(env),
      limits: limits({ MAX_ATTEMPTS: '1', ...env }),
      keyHealth: QUIET.keyHealth,
      ...SERVICES,
      ...services,
      background: QUIET.background,
      log: QUIET.log,
    },
    memoryOf: () => ({ ...QUIET, ...services }),
    authenticate: createAuthenticate({ keys: [KEY] }),
    ...more,
  });
  return {
    async call(method, path, body, headers = { authorization: `Bearer ${KEY}` }) {
      const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
      return app.fetch(new Request(`http://router.example${path}`, { method, headers, body: text }));
    },
  };
}

/** The JSON object in a response. */
export async function json(response: Response): Promise<JsonObject> {
  const body: unknown = await response.json();
  if (!isObject(body)) throw new Error('expected a JSON object');
  return body;
}

/** The error in a response. */
export async function errorOf(response: Response): Promise<JsonObject> {
  const { error } = await json(response);
  if (!isObject(error)) throw new Error('expected an error');
  return error;
}
