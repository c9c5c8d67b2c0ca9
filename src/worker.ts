/** Composition root: builds the ports from the operator's variables and the platform, and the application from the ports. No logic here. */
import { createApp } from './app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createLocalhostOnly, noObjection } from './http/localhost.ts';
import { systemBackground } from './platform/background.ts';
import { anonymousHosts, callerKeys, catalogUrl, createAccess, limits, modelAliases, type Env } from './platform/env.ts';
import { createHealthPort } from './platform/health-object.ts';
import { createLive } from './platform/live-catalog.ts';
import { createToLogLine } from './platform/log.ts';
import { systemClock, systemFetch, systemLog, systemRandom } from './platform/system.ts';
import { createKeyHealth } from './upstream/key-health.ts';
import { createRefusedParameters } from './state/refused-parameters.ts';
import { createSticky } from './state/sticky-endpoints.ts';
import { healthFor } from './state/tenants.ts';
import { CATALOG } from './registry/catalog.generated.ts';
import { readAliases } from './registry/aliases.ts';
import { readCatalog, withAliases, type WrittenCatalog } from './registry/catalog.ts';

export { HealthObject } from './platform/health-object.ts';

type App = ReturnType<typeof createApp>;

function compose(env: Env, written: WrittenCatalog): App {
  const { keys, allowAnonymous } = callerKeys(env);
  const { aliases, faults } = readAliases(modelAliases(env));
  const catalog = withAliases(readCatalog(written), aliases);
  const toLogLine = createToLogLine(env, catalog);
  for (const fault of faults) systemLog(toLogLine(fault));
  const health = createHealthPort(env);
  return createApp({
    catalog,
    ports: {
      clock: systemClock,
      random: systemRandom,
      fetch: systemFetch,
      access: createAccess(env),
      limits: limits(env),
      keyHealth: createKeyHealth(systemClock),
      background: systemBackground,
      log: (line) => systemLog(toLogLine(line)),
    },
    authenticate: createAuthenticate(keys, allowAnonymous),
    objection: keys.length === 0 && allowAnonymous ? createLocalhostOnly(anonymousHosts(env)) : noObjection,
    toLogLine,
    memoryOf: (tenant) => ({
      learned: createRefusedParameters(systemClock),
      health: healthFor(tenant, health),
      sticky: createSticky(systemClock),
    }),
  });
}

/** Created by the first request. Variables do not change within an isolate. */
let app: App | null = null;
/** Used instead of `app` while provider files are being edited (`npm run dev`). */
let live: (() => Promise<App>) | null = null;

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    const url = catalogUrl(env);
    if (url === '') {
      app ??= compose(env, CATALOG);
      return app.fetch(request);
    }
    live ??= createLive({ url, ask: systemFetch }, (catalog) => compose(env, catalog), CATALOG);
    return live().then((app) => app.fetch(request));
  },
};
