/** Builds the application: the routes, what runs before them, and the responses of errors. */
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { cors } from 'hono/cors';
import { getPath } from 'hono/utils/url';
import type { Caller } from './accounts/caller.ts';
import type { ClientDialect } from './dialects/client-dialect.ts';
import { CLIENT_DIALECTS } from './dialects/index.ts';
import { GENERATION_PREFIX } from './dialects/response-id.ts';
import { listActivity, listGenerations, type ActivityRequest } from './http/activity.ts';
import { answerClient } from './http/answer.ts';
import { answerKept } from './http/kept-answers.ts';
import { callerKey } from './http/authenticate.ts';
import { BASES, clientOf, EXPLAIN, isUpgrade, missingRoute, PROBES, taskAt, withBase, type Routes } from './http/client-paths.ts';
import { connectPage, shownOrigin } from './http/connect.ts';
import { requireAdmin } from './http/admin.ts';
import { depsOf, type AppDeps, type Deps } from './http/deps.ts';
import { createRequestMemory } from './http/large-body.ts';
import type { Identity } from './http/request-facts.ts';
import { listEndpoints } from './http/endpoints.ts';
import { errorResponse } from './http/error-response.ts';
import { describeOwnKey, usageOf } from './http/describe-key.ts';
import { explain } from './http/explain.ts';
import { findGeneration } from './http/generation.ts';
import { changeKey, createKey, deleteKey, listKeys, readKey } from './http/keys.ts';
import { noObjection } from './http/localhost.ts';
import { showMetrics } from './http/metrics.ts';
import { countModels, describeCatalog, listModels, listProviders, retrieveModel } from './http/models.ts';
import { describeApi } from './http/openapi.ts';
import { readPage } from './http/page.ts';
import { readStream, stopStream } from './http/streams.ts';
import { readRest } from './http/unread-body.ts';
import type { RequestTrace } from './accounts/telemetry.ts';
import type { Catalog } from './registry/catalog.ts';
import { refuseModel, restrictionOf, visibleCatalog } from './routing/restrictions.ts';
import { memoizePerTenant } from './state/tenants.ts';
import { toRouterError, type RouterError } from './unified/error.ts';
import { once } from './lib/memoize.ts';
import { toPrintable } from './lib/printable.ts';

/** Headers a browser may read. */
const EXPOSED = [
  'x-generation-id',
  'x-request-id',
  'x-trace-id',
  'x-tributary-stream',
  'x-tributary-provider',
  'x-tributary-attempts',
  'x-tributary-adjustments',
  'x-tributary-simulated',
  'x-tributary-estimated',
  'x-tributary-cache',
  'age',
  'x-tributary-budget',
  'retry-after',
  'x-should-retry',
];

/** Limits of the provider's account: which of them there are depends on the provider, their names on the client format. */
const isRateLimit = (name: string): boolean => name.includes('ratelimit-');

/** Bytes that are read of a refused body, in largest bodies. */
const MAX_BODIES = 4;

/**
 * A request that an object of the router makes to the application itself, for a caller that has been accepted before. It comes beside the request,
 * so no header can imitate it.
 */
export type InternalCall = { identity?: Identity; onAccepted?: () => void };

/** `deps`: what the tenant's handlers are given, once the caller is known. */
type Vars = {
  Variables: { generationId: string; deps: Deps; caller: Caller; trace: RequestTrace | undefined };
  Bindings: InternalCall;
};

/** The application. @throws Error where there is no client format. */
export function createApp(deps: AppDeps): Hono<Vars> {
  const { clients = CLIENT_DIALECTS, objection = noObjection, toLogLine = (text) => toPrintable(text, 4000) } = deps;
  const [first] = clients;
  if (first === undefined) throw new Error('the router needs a client format');
  const { telemetry } = deps.ports;
  const { api, routes } = createApi(deps, clients);
  const app = new Hono<Vars>({ getPath: (request) => withBase(pathOf(request), routes.methods) });
  const exposed = [...EXPOSED, ...clients.flatMap(({ exposedHeaders = [] }) => exposedHeaders)].join(',');
  /** An error in the format of the path that was called, or of its client. */
  const refuse = (error: RouterError, { raw, path }: { raw: Request; path: string }, generationId: string) =>
    errorResponse(error, clientOf(raw, path, clients) ?? first, generationId);

  app.use('*', async (context, next) => {
    const generationId = identityOf(context)?.generationId ?? GENERATION_PREFIX + deps.ports.random.id();
    const refused = objection(context.req.raw.headers);
    if (refused !== null) return refuse(refused, context.req, generationId); // without the headers that let another page read it
    const trace = identityOf(context)?.trace ?? telemetry?.trace(context.req.raw.headers) ?? undefined;
    context.set('generationId', generationId);
    context.set('trace', trace);
    await next();
    if (context.res.status >= 400) await readRest(context.req.raw, MAX_BODIES * deps.ports.limits.requestBytes, deps.ports.clock);
    // Set on the response itself: Hono's `header` would wrap it in another one.
    const { headers } = context.res;
    // An answer that was made before has the id that it had then.
    if (!headers.has('x-generation-id')) {
      headers.set('x-generation-id', generationId);
      headers.set('x-request-id', generationId);
    }
    if (trace !== undefined) headers.set('x-trace-id', trace.traceId);
    headers.set('access-control-allow-origin', '*');
    headers.set('access-control-expose-headers', [exposed, ...[...headers.keys()].filter(isRateLimit)].join(','));
    // Every answer is for one caller. A stream has set its own.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
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

/** The routes below a base, and their list. */
function createApi(deps: AppDeps, clients: readonly ClientDialect[]): { api: Hono<Vars>; routes: Routes } {
  const memory = createRequestMemory(deps.ports.limits, deps.ports.clock);
  const depsFor = memoizePerTenant((tenant) => depsOf(deps, memory, tenant));
  const api = new Hono<Vars>();
  const methods = new Map<string, string[]>();
  const routes: Routes = { methods, clients };
  addPublicReads(api, deps, routes);
  api.use('*', async (context, next) => {
    // Codex 0.171 then uses HTTP at once; after any other status it tries WebSockets seven times (measured 2026-11-30).
    if (isUpgrade(context.req.raw, context.req.path, routes)) return new Response(null, { status: 426 });
    const caller = identityOf(context)?.caller ?? (await deps.authenticate(context.req.raw.headers));
    context.set('caller', caller);
    context.set('deps', depsFor(caller.tenant));
    await next();
    return undefined;
  });
  addTasks(api, routes);
  addReads(api, deps);
  addKeys(api, deps);
  for (const { path, method } of api.routes) if (method !== 'ALL') methods.set(path, [...(methods.get(path) ?? []), method]);
  api.all('*', (context) => {
    throw missingRoute(context.req.method, context.req.path, routes);
  });
  return { api, routes };
}

/** Who sent a request and the id of its answer, for a request of an object of the router; undefined for any other. */
const identityOf = (context: Context<Vars>): Identity | undefined => (context.env as InternalCall | undefined)?.identity;

/** Not null for a request of an object of the router. */
const acceptedOf = (context: Context<Vars>): (() => void) | null =>
  identityOf(context) === undefined ? null : ((context.env as InternalCall).onAccepted ?? (() => undefined));

const requestIdentity = (context: Context<Vars>): Identity => {
  const trace = context.get('trace');
  return { caller: context.get('caller'), generationId: context.get('generationId'), ...(trace === undefined ? {} : { trace }) };
};

/** Routes that need no key. */
function addPublicReads(api: Hono<Vars>, deps: AppDeps, routes: Routes): void {
  const openApi = once(() => JSON.stringify(describeApi(routes)));
  api.get('/health', (context) => context.json({ status: 'ok', catalog: describeCatalog(deps.catalog, deps.catalogOrigin) }));
  api.get('/connect', (context) => context.text(connectPage(shownOrigin(context.req.url)), 200, { 'x-content-type-options': 'nosniff' }));
  api.get('/openapi.json', () => new Response(openApi(), { headers: { 'content-type': 'application/json' } }));
}

/** Routes that take a request of a client format, and those that explain one. */
function addTasks(api: Hono<Vars>, routes: Routes): void {
  const { clients } = routes;
  for (const client of clients) {
    for (const { path, asks } of client.routes) {
      api.post(path, (context) =>
        answerClient(
          context.req.raw,
          { client, asks },
          { deps: context.get('deps'), ...requestIdentity(context), onAccepted: acceptedOf(context) },
        ),
      );
    }
    for (const { method, path, asks } of client.answerRoutes ?? []) {
      api.on(method, path, (context) =>
        answerKept(
          { client, asks, id: context.req.param('id') ?? '', query: context.req.query() },
          { deps: context.get('deps'), caller: context.get('caller') },
        ),
      );
    }
  }
  api.post(EXPLAIN, (context) => explain(context.req.raw, context.get('deps'), { clients, asks: 'answer', caller: context.get('caller') }));
  api.post(`${EXPLAIN}/:path{.+}`, (context) => {
    const task = taskAt(`/${context.req.param('path')}`, clients);
    if (task === undefined) throw missingRoute(context.req.method, context.req.path, routes);
    return explain(context.req.raw, context.get('deps'), { clients: [task.client], asks: task.asks, caller: context.get('caller') });
  });
}

/** The catalogue as the caller's key may use it. @throws RouterError where the key does not allow the model of that name. */
function catalogOf(context: Context<Vars>, { catalog }: AppDeps, name?: string): Catalog {
  const restriction = restrictionOf(context.get('caller').key);
  if (restriction === null) return catalog;
  if (name !== undefined) refuseModel(name, catalog, { restriction });
  return visibleCatalog(catalog, restriction);
}

/** Routes that read what the router knows. */
function addReads(api: Hono<Vars>, deps: AppDeps): void {
  api.get('/models', (context) => {
    const query = context.req.query();
    return context.json(listModels(catalogOf(context, deps), { page: readPage(query), query, nowMs: deps.ports.clock.nowMs() }));
  });
  api.get('/models/count', (context) => context.json(countModels(catalogOf(context, deps), context.req.query(), deps.ports.clock.nowMs())));
  api.get('/models/:author/:slug{.+}/endpoints', (context) => {
    const { author, slug } = context.req.param();
    const name = `${author}/${slug}`;
    return context.json(listEndpoints(name, { catalog: catalogOf(context, deps, name), ports: context.get('deps').ports }));
  });
  api.get('/models/:id{.+}', (context) => {
    const name = context.req.param('id');
    return context.json(retrieveModel(name, catalogOf(context, deps, name)));
  });
  api.get('/generation', async (context) => {
    const { generations, ledger } = context.get('deps').ports;
    return context.json(await findGeneration(context.req.query(), { caller: context.get('caller'), generations, ledger }));
  });
  const activityOf = (context: Context<Vars>): ActivityRequest => {
    const { ledger, clock } = deps.ports;
    return { query: context.req.query(), caller: context.get('caller'), catalog: deps.catalog, ledger, nowMs: clock.nowMs() };
  };
  api.get('/activity', (context) => listActivity(activityOf(context)));
  api.get('/activity/generations', (context) => listGenerations(activityOf(context)));
  api.get('/key', async (context) => {
    const caller = context.get('caller');
    const { accounts, generations } = context.get('deps').ports;
    const usage = (await usageOf(accounts, caller.account, caller.key)) ?? generations.spending();
    return context.json(describeOwnKey(caller, callerKey(context.req.raw.headers), usage));
  });
  const streamOf = (context: Context<Vars>) => ({
    id: context.req.param('id') ?? '',
    caller: context.get('caller'),
    streams: context.get('deps').ports.streams,
  });
  api.get('/streams/:id', (context) => readStream(streamOf(context), context.req.raw));
  api.delete('/streams/:id', (context) => stopStream(streamOf(context)));
  api.get('/providers', (context) =>
    context.json({
      ...listProviders(catalogOf(context, deps), deps.ports.access),
      catalog: describeCatalog(deps.catalog, deps.catalogOrigin),
    }),
  );
}

/** Routes that manage keys, for the operator, and that show metrics. */
function addKeys(api: Hono<Vars>, deps: AppDeps): void {
  const { hasAdmin = false } = deps;
  for (const path of ['/keys', '/keys/:hash', '/metrics'] as const) {
    api.use(path, async (context, next) => {
      requireAdmin(context.get('caller'), hasAdmin);
      await next();
    });
  }
  api.get('/metrics', () => showMetrics(deps.ports.telemetry));
  api.post('/keys', async (context) => context.json(await createKey(context.req.raw, deps), 201));
  api.get('/keys', async (context) => context.json(await listKeys(context.req.query(), deps)));
  api.get('/keys/:hash', async (context) => context.json(await readKey(context.req.param('hash'), deps)));
  api.patch('/keys/:hash', async (context) => {
    const query = context.req.query();
    return context.json(await changeKey(context.req.param('hash'), context.req.raw, { ...deps, query }));
  });
  api.delete('/keys/:hash', async (context) => context.json(await deleteKey(context.req.param('hash'), context.req.query(), deps)));
}

/** A slash that is encoded, doubled or last. */
const UNUSUAL = /%2f|\/\/|.\/$/i;

/** The path without doubled or trailing slashes. The slash in a model's name may come encoded. */
function pathOf(request: Request): string {
  const plain = getPath(request);
  if (!UNUSUAL.test(plain)) return plain;
  const path = plain.replace(/%2f/gi, '/').replace(/\/{2,}/g, '/');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
