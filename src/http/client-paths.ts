/** Finds the client format of a path, and the methods that a path accepts. Names no format. */
import type { Asks, ClientDialect } from '../dialects/client-dialect.ts';
import { RouterError } from '../unified/error.ts';

/** Every path is served under both, OpenAI's base URL and OpenRouter's, and without a base as under the first. */
export const BASES = ['/v1', '/api/v1'] as const;

/**
 * Claude Code asks for one of them before its first request, with HEAD and without a key, below its base URL, to which it adds `/v1` itself:
 * 2.1.332 for `/api/hello`, 2.1.329 for `/` (measured 2026-11-30). Answered without a body.
 */
export const PROBES = ['/', '/api', ...['', '/api', ...BASES].map((base) => `${base}/api/hello`)];

/** True for a request to read a file of the console: its page is at `/`, its other files are below `/console/`. Provider files need a key. */
export const isConsoleFile = ({ method, path }: { method: string; path: string }): boolean =>
  (method === 'GET' || method === 'HEAD') && (path === '/' || /^\/console\/(?!files\/)/.test(path));

/** Explains the body of the path that follows it. */
export const EXPLAIN = '/explain';

/** A client format, and what a request to one of its paths asks for. */
export type ClientTask = { client: ClientDialect; asks: Asks };

/** The format with this route; undefined where there is none. @param path below a base. */
export function taskAt(path: string, clients: readonly ClientDialect[]): ClientTask | undefined {
  for (const client of clients) {
    const route = client.routes.find((one) => one.path === path);
    if (route !== undefined) return { client, asks: route.asks };
  }
  return undefined;
}

/**
 * The format in which errors of a path are written: that of its route, or of the longest route above it, with and without a base and
 * `/explain`. Undefined where no format has one.
 */
export function clientAbove(path: string, clients: readonly ClientDialect[]): ClientDialect | undefined {
  let rest = withoutPrefixes(path);
  for (; rest !== ''; rest = rest.slice(0, rest.lastIndexOf('/'))) {
    const task = taskAt(rest, clients);
    if (task !== undefined) return task.client;
  }
  return undefined;
}

/** The format in which errors of a request are written: that of its path, else that of the client that sends its own header; undefined = neither. */
export function clientOf(request: Request, path: string, clients: readonly ClientDialect[]): ClientDialect | undefined {
  return clientAbove(path, clients) ?? clients.find(({ ownHeader }) => ownHeader !== undefined && request.headers.has(ownHeader));
}

/** The path without a base and `/explain`. */
const withoutPrefixes = (path: string): string => [...BASES, EXPLAIN].reduce(below, path);

/** The path below a prefix; a path that is not below it stays. */
const below = (path: string, prefix: string) => (path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path);

/** A parameter of a route: `:name` is one piece of the path, `:name{.+}` one or more. */
const PARAMETER = /:(\w+)(\{\.\+\})?/g;

/** The path of a route as OpenAPI writes it: `/models/{id}`. */
export const inBraces = (route: string): string => route.replace(PARAMETER, '{$1}');

/** Whether a path is that of a route. */
function fits(path: string, route: string): boolean {
  const pattern = route.replace(PARAMETER, (_, _name, several?: string) => (several === undefined ? '[^/]+' : '.+'));
  return new RegExp(`^${pattern}$`).test(path);
}

/** Adds the first base to a path that has none and is that of a route below it; other paths stay. @param routes their paths are the keys. */
export function withBase(path: string, routes: ReadonlyMap<string, unknown>): string {
  if (BASES.some((base) => path.startsWith(`${base}/`))) return path;
  return routes.has(path) || [...routes.keys()].some((route) => fits(path, route)) ? BASES[0] + path : path;
}

/** Methods of each route, by its path below a base. */
type RouteMethods = ReadonlyMap<string, readonly string[]>;

/** Routes of the application. */
export type Routes = { methods: RouteMethods; clients: readonly ClientDialect[] };

/** True for a request to change the protocol, at the path of a route: WebSockets are not served. */
export function isUpgrade({ headers }: Request, path: string, { methods }: Routes): boolean {
  return headers.has('upgrade') && methodsOf(path, methods) !== undefined;
}

const methodsOf = (path: string, methods: RouteMethods): readonly string[] | undefined =>
  [...methods].find(([route]) => BASES.some((base) => fits(path, base + route)))?.[1];

/** The error for a path without a route (404), or a route with another method (405, with `Allow`). */
export function missingRoute(method: string, path: string, { methods, clients }: Routes): RouterError {
  const allowed = methodsOf(path, methods);
  if (allowed !== undefined && !allowed.includes(method)) {
    const message = `${path} takes ${allowed.join(' and ')}, not ${method}.`;
    return new RouterError('method_not_allowed', message, { headers: { allow: allowed.join(', ') } });
  }
  const explained = clientAbove(path, clients)?.explainMissing?.(withoutPrefixes(path)) ?? null;
  if (explained !== null) return explained;
  const paths = [...methods].flatMap(([route, verbs]) => verbs.map((verb) => `${verb} ${BASES[0]}${inBraces(route)}`)).join(', ');
  return new RouterError('not_found', `There is no ${method} ${path}. There are ${paths}; also under ${BASES[1]} and without a base.`);
}
