/** Routes that need no key. */
import { once } from '../../lib/memoize.ts';
import type { Routes } from '../client-paths.ts';
import { connectAnswer, connectPage, readConnectFormat, shownOrigin } from '../connect.ts';
import type { AppDeps } from '../deps.ts';
import { describeCatalog } from '../models.ts';
import { describeApi } from '../openapi.ts';
import type { Api } from './route-context.ts';

/** Adds `/health`, `/connect` and `/openapi.json`. @param routes what is described: all routes, once they have been added. */
export function addPublicRoutes(api: Api, { catalog, catalogOrigin }: AppDeps, routes: Routes): void {
  const openApi = once(() => JSON.stringify(describeApi(routes)));
  api.get('/health', (context) => context.json({ status: 'ok', catalog: describeCatalog(catalog, catalogOrigin) }));
  api.get('/connect', (context) => {
    const origin = shownOrigin(context.req.url);
    const headers = { 'x-content-type-options': 'nosniff' };
    const isJson = readConnectFormat(context.req.query()) === 'json';
    return isJson ? context.json(connectAnswer(origin), 200, headers) : context.text(connectPage(origin), 200, headers);
  });
  api.get('/openapi.json', () => new Response(openApi(), { headers: { 'content-type': 'application/json' } }));
}
