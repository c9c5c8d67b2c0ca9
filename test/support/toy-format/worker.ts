/** The router with the toy format beside its own, over the platform of the real one: an entry for end-to-end tests. */
import { createApp } from '../../../src/app.ts';
import { CLIENT_DIALECTS } from '../../../src/dialects/index.ts';
import { createAuthenticate } from '../../../src/http/authenticate.ts';
import { limits, type Env } from '../../../src/platform/env.ts';
import { createAccess } from '../../../src/platform/provider-access.ts';
import { systemClock, systemFetch, systemRandom } from '../../../src/platform/system.ts';
import { CATALOG } from '../../../src/registry/catalog.generated.ts';
import { readCatalog } from '../../../src/registry/catalog.ts';
import { QUIET } from '../fake-ports.ts';
import { toyClient } from './index.ts';

/** The key of every caller. */
const CALLER_KEY = 'toy-caller-key';

const createToyRouter = (env: Env) =>
  createApp({
    clients: [...CLIENT_DIALECTS, toyClient],
    catalog: readCatalog(CATALOG),
    ports: {
      ...QUIET,
      clock: systemClock,
      random: systemRandom,
      fetch: systemFetch,
      access: createAccess(env),
      limits: limits(env),
    },
    authenticate: createAuthenticate({ keys: [CALLER_KEY] }),
    memoryOf: () => QUIET,
  });

let app: ReturnType<typeof createToyRouter> | null = null;

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    app ??= createToyRouter(env);
    return app.fetch(request);
  },
};
