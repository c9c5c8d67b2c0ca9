/** The routes, the order of what stands before them, and what happens to an error. Nothing else. */
import { Hono } from 'hono/tiny';
import { cors } from 'hono/cors';
import { getPath } from 'hono/utils/url';
import { answerCompletion } from './http/completions.ts';
import { answerEmbeddings } from './http/embeddings.ts';
import { depsOf, type AppDeps, type Deps } from './http/deps.ts';
import { createRequestMemory } from './http/large-body.ts';
import { listEndpoints } from './http/endpoints.ts';
import { errorResponse } from './http/error-response.ts';
import { explain } from './http/explain.ts';
import { noObjection } from './http/localhost.ts';
import { listModels, listProviders, retrieveModel } from './http/models.ts';
import { readRest } from './http/unread-body.ts';
import { perTenant } from './state/tenants.ts';
import { RouterError, toRouterError } from './unified/error.ts';
import { printable } from './lib/printable.ts';

/** Every path is served under both: OpenAI's base URL and OpenRouter's. */
const BASES = ['/v1', '/api/v1'];

/** Headers a browser may read. */
const EXPOSED = [
  'x-generation-id',
  'x-tributary-provider',
  'x-tributary-attempts',
  'x-tributary-adjustments',
  'x-tributary-simulated',
  'retry-after',
  'x-should-retry',
].join(',');

/** So many of the largest bodies are read where one is refused. */
const MAX_BODIES = 4;

/** `deps`: what the tenant's handlers are given, once the caller is known. */
type Vars = { Variables: { generationId: string; deps: Deps } };

/** The application. */
export function createApp(deps: AppDeps): Hono<Vars> {
  const app = new Hono<Vars>({ getPath: pathOf });
  const memory = createRequestMemory(deps.ports.limits, deps.ports.clock);
  const depsFor = perTenant((tenant) => depsOf(deps, memory, tenant));
  const { objection = noObjection, toLogLine = (text) => printable(text, 4000) } = deps;

  app.use('*', async (context, next) => {
    const refused = objection(context.req.raw.headers);
    if (refused !== null) return errorResponse(refused); // without the headers that let another page read it
    const generationId = `gen-${deps.ports.random.id()}`;
    context.set('generationId', generationId);
    await next();
    if (context.res.status >= 400) await readRest(context.req.raw, MAX_BODIES * deps.ports.limits.requestBytes, deps.ports.clock);
    // On the response as it is: Hono's own way makes another one around it.
    const { headers } = context.res;
    headers.set('x-generation-id', generationId);
    headers.set('access-control-allow-origin', '*');
    headers.set('access-control-expose-headers', EXPOSED);
    // Every answer is for one caller; a stream says how it is to be kept itself.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  app.options('*', cors({ origin: '*', maxAge: 86_400 }));

  const api = new Hono<Vars>();
  api.get('/health', (context) => context.json({ status: 'ok' }));
  api.use('*', async (context, next) => {
    context.set('deps', depsFor(await deps.authenticate(context.req.raw.headers)));
    await next();
  });
  api.post('/chat/completions', (context) => answerCompletion(context.req.raw, 'chat', context.get('deps'), context.get('generationId')));
  api.post('/completions', (context) => answerCompletion(context.req.raw, 'completions', context.get('deps'), context.get('generationId')));
  api.post('/embeddings', (context) => answerEmbeddings(context.req.raw, context.get('deps'), context.get('generationId')));
  api.post('/explain', (context) => explain(context.req.raw, context.get('deps')));
  api.get('/models', (context) => context.json(listModels(deps.catalog)));
  api.get('/models/:author/:slug{.+}/endpoints', (context) => {
    const { author, slug } = context.req.param();
    return context.json(listEndpoints(`${author}/${slug}`, context.get('deps')));
  });
  api.get('/models/:id{.+}', (context) => context.json(retrieveModel(context.req.param('id'), deps.catalog)));
  api.get('/providers', (context) => context.json(listProviders(deps.catalog, deps.ports.access)));
  const methods: ReadonlyMap<string, string> = new Map(
    api.routes.filter(({ method }) => method !== 'ALL').map(({ path, method }) => [path, method]),
  );
  api.all('*', (context) => {
    throw missing(context.req.method, context.req.path, methods);
  });

  for (const base of BASES) app.route(base, api);
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.notFound((context) => errorResponse(missing(context.req.method, context.req.path, methods)));
  app.onError((thrown) => {
    const error = toRouterError(thrown);
    // A bug of ours: the operator's log gets what the caller must not see.
    if (error !== thrown) console.error(toLogLine(thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)));
    return errorResponse(error);
  });
  return app;
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

/** A parameter of a route: `:name` is one piece of the path, `:name{.+}` one or more. */
const PARAMETER = /:(\w+)(\{\.\+\})?/g;

/** Whether a path is that of a route. */
function fits(path: string, route: string): boolean {
  const pattern = route.replace(PARAMETER, (_, _name, several?: string) => (several === undefined ? '[^/]+' : '.+'));
  return new RegExp(`^${pattern}$`).test(path);
}

function missing(method: string, path: string, methods: ReadonlyMap<string, string>): RouterError {
  const allowed = [...methods].find(([route]) => BASES.some((base) => fits(path, base + route)))?.[1];
  if (allowed !== undefined) return new RouterError('method_not_allowed', `${path} takes ${allowed}, not ${method}.`);
  const paths = [...methods].map(([route, verb]) => `${verb} ${BASES[0]}${route.replace(PARAMETER, '{$1}')}`).join(', ');
  return new RouterError('not_found', `There is no ${method} ${path}. There are ${paths}; also under ${BASES[1]}.`);
}
