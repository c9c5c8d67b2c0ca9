/** Routes for the operator: keys of callers, and metrics. */
import { requireAdmin } from '../admin.ts';
import type { AppDeps } from '../deps.ts';
import { changeKey, createKey, deleteKey, listKeys, readKey } from '../keys.ts';
import { showMetrics } from '../metrics.ts';
import type { Api } from './route-context.ts';

/** Adds `/keys`, `/keys/{hash}` and `/metrics`. Other callers get an error on each of them. */
export function addOperatorRoutes(api: Api, deps: AppDeps): void {
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
