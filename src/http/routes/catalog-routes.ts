/** Routes that list models and providers, as far as the caller's key allows them. */
import type { Catalog } from '../../registry/catalog.ts';
import { refuseModel, restrictionOf, visibleCatalog } from '../../routing/restrictions.ts';
import type { AppDeps } from '../deps.ts';
import { listEndpoints } from '../endpoints.ts';
import { countModels, describeCatalog, listModels, listProviders, retrieveModel } from '../models.ts';
import { readPage } from '../page.ts';
import { listParameters } from '../parameters.ts';
import { readProviderFile, retrieveProvider } from '../provider.ts';
import type { Api, RouteContext } from './route-context.ts';

/** Adds `/models`, `/providers`, the routes below them, and `/parameters`. */
export function addCatalogRoutes(api: Api, deps: AppDeps): void {
  const { clock, access } = deps.ports;
  api.get('/models', (context) => {
    const query = context.req.query();
    return context.json(listModels(catalogOf(context, deps), { page: readPage(query), query, nowMs: clock.nowMs() }));
  });
  api.get('/models/count', (context) => context.json(countModels(catalogOf(context, deps), context.req.query(), clock.nowMs())));
  api.get('/models/:author/:slug{.+}/endpoints', (context) => {
    const { author, slug } = context.req.param();
    const name = `${author}/${slug}`;
    return context.json(listEndpoints(name, { catalog: catalogOf(context, deps, name), ports: context.get('deps').ports }));
  });
  api.get('/models/:id{.+}', (context) => {
    const name = context.req.param('id');
    return context.json(retrieveModel(name, catalogOf(context, deps, name)));
  });
  const inUse = () => ({ catalog: describeCatalog(deps.catalog, deps.catalogOrigin) });
  api.get('/providers', (context) => context.json({ ...listProviders(catalogOf(context, deps), access), ...inUse() }));
  api.get('/providers/:slug', (context) => {
    const restriction = restrictionOf(context.get('caller').key);
    const { ports } = context.get('deps');
    const data = retrieveProvider(context.req.param('slug'), { catalog: catalogOf(context, deps), restriction, ports });
    return context.json({ data, ...inUse() });
  });
  api.get('/providers/:slug/source', (context) => readProviderFile(context.req.param('slug'), catalogOf(context, deps), deps.ports.assets));
  api.get('/parameters', (context) => {
    const restriction = restrictionOf(context.get('caller').key);
    const { learned } = context.get('deps').ports;
    return context.json({ data: listParameters(context.req.query(), { catalog: deps.catalog, restriction, learned }), ...inUse() });
  });
}

/** The catalogue as the caller's key may use it. @throws RouterError where the key does not allow the model of that name. */
function catalogOf(context: RouteContext, { catalog }: AppDeps, name?: string): Catalog {
  const restriction = restrictionOf(context.get('caller').key);
  if (restriction === null) return catalog;
  if (name !== undefined) refuseModel(name, catalog, { restriction });
  return visibleCatalog(catalog, restriction);
}
