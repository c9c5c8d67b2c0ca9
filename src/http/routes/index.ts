/** All routes below a base, and the authentication in front of those that need a key. */
import { Hono } from 'hono/tiny';
import type { ClientDialect } from '../../dialects/client-dialect.ts';
import { memoizePerTenant } from '../../state/tenants.ts';
import { isUpgrade, missingRoute, type Routes } from '../client-paths.ts';
import { depsOf, type AppDeps } from '../deps.ts';
import { createRequestMemory } from '../large-body.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addAnswerRoutes } from './answer-routes.ts';
import { internalIdentity, type Api, type AppEnv } from './route-context.ts';
import { addCatalogRoutes } from './catalog-routes.ts';
import { addOperatorRoutes } from './operator-routes.ts';
import { addPublicRoutes } from './public-routes.ts';

/** Creates the routes below a base, and their list. */
export function createApi(deps: AppDeps, clients: readonly ClientDialect[]): { api: Api; routes: Routes } {
  const api = new Hono<AppEnv>();
  const methods = new Map<string, string[]>();
  const routes: Routes = { methods, clients };
  addPublicRoutes(api, deps, routes);
  addAuthentication(api, deps, routes);
  addAnswerRoutes(api, routes);
  addCatalogRoutes(api, deps);
  addAccountRoutes(api, deps);
  addOperatorRoutes(api, deps);
  for (const { path, method } of api.routes) if (method !== 'ALL') methods.set(path, [...(methods.get(path) ?? []), method]);
  api.all('*', (context) => {
    throw missingRoute(context.req.method, context.req.path, routes);
  });
  return { api, routes };
}

/** Sets the caller, and the dependencies of its tenant, for the routes that are added later. */
function addAuthentication(api: Api, deps: AppDeps, routes: Routes): void {
  const memory = createRequestMemory(deps.ports.limits, deps.ports.clock);
  const depsFor = memoizePerTenant((tenant) => depsOf(deps, memory, tenant));
  api.use('*', async (context, next) => {
    // Codex 0.171 then uses HTTP at once; after any other status it tries WebSockets seven times (measured 2026-11-30).
    if (isUpgrade(context.req.raw, context.req.path, routes)) return new Response(null, { status: 426 });
    const caller = internalIdentity(context)?.caller ?? (await deps.authenticate(context.req.raw.headers));
    context.set('caller', caller);
    context.set('deps', depsFor(caller.tenant));
    await next();
    return undefined;
  });
}
