/** Builds the application: the routes, what runs before and after them, and the responses of errors. */
import { Hono } from 'hono/tiny';
import { cors } from 'hono/cors';
import { CLIENT_DIALECTS } from './dialects/index.ts';
import { GENERATION_PREFIX } from './dialects/response-id.ts';
import { BASES, clientOf, isConsoleFile, missingRoute, PROBES, withBase } from './http/client-paths.ts';
import { CommonHeaders, exposedHeaders } from './http/common-headers.ts';
import type { AppDeps } from './http/deps.ts';
import { errorResponse } from './http/error-response.ts';
import { noObjection } from './http/localhost.ts';
import { KnownPaths } from './http/known-paths.ts';
import { plainPath } from './http/plain-path.ts';
import { internalIdentity, type AppEnv } from './http/routes/route-context.ts';
import { createApi } from './http/routes/index.ts';
import { readRest } from './http/unread-body.ts';
import { toPrintable } from './lib/printable.ts';
import { toRouterError, type RouterError } from './unified/error.ts';

/** Bytes that are read of a refused body, in largest bodies. */
const MAX_BODIES = 4;

/** The application. @throws Error where there is no client format. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { clients = CLIENT_DIALECTS, objection = noObjection, toLogLine = (text) => toPrintable(text, 4000) } = deps;
  const [first] = clients;
  if (first === undefined) throw new Error('the router needs a client format');
  const { telemetry, random, limits, clock, assets } = deps.ports;
  const { api, routes } = createApi(deps, clients);
  const app = new Hono<AppEnv>({ getPath: (request) => withBase(plainPath(request), routes.methods) });
  app.router = new KnownPaths(app.router);
  const exposed = exposedHeaders(clients);
  /** An error in the format of the path that was called, or of its client. */
  const refuse = (error: RouterError, { raw, path }: { raw: Request; path: string }, generationId: string) =>
    errorResponse(error, clientOf(raw, path, clients) ?? first, generationId);

  app.use('*', async (context, next) => {
    const identity = internalIdentity(context);
    const generationId = identity?.generationId ?? GENERATION_PREFIX + random.id();
    const refused = objection(context.req.raw.headers);
    if (refused !== null) return refuse(refused, context.req, generationId); // without the headers that let another page read it
    if (assets !== null && isConsoleFile(context.req)) return assets.fetch(context.req.raw);
    const trace = identity?.trace ?? telemetry?.trace(context.req.raw.headers) ?? undefined;
    context.set('generationId', generationId);
    context.set('trace', trace);
    const common = new CommonHeaders({ generationId, trace, exposed });
    context.set('commonHeaders', common);
    await next();
    if (context.res.status >= 400) await readRest(context.req.raw, MAX_BODIES * limits.requestBytes, clock);
    // Set on the response itself: Hono's `header` would wrap it in another one.
    common.setOn(context.res.headers);
    return undefined;
  });
  app.options('*', cors({ origin: '*', maxAge: 86_400 }));
  for (const path of PROBES) app.get(path, () => new Response(null, { status: 204 }));
  for (const base of BASES) app.route(base, api);
  app.notFound((context) => {
    const { method, path } = context.req;
    return refuse(missingRoute(method, path, routes), context.req, context.get('generationId'));
  });
  app.onError((thrown, context) => {
    const error = toRouterError(thrown);
    // A bug of the router: only the operator's log has its text.
    if (error !== thrown) console.error(toLogLine(thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)));
    if (error.details.isRecorded !== true) telemetry?.refusal({ status: error.status, errorType: error.type });
    return refuse(error, context.req, context.get('generationId'));
  });
  return app;
}
