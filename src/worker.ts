/** Composition root: builds the application from the operator's variables and the platform. No logic here. */
import { createApp } from './app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import type { AppDeps } from './http/deps.ts';
import { createLocalhostOnly, noObjection } from './http/localhost.ts';
import type { InternalCall } from './http/routes/route-context.ts';
import { systemBackground } from './platform/background.ts';
import { createAccessSignIn } from './platform/access-sign-in.ts';
import { createMemories, createPorts } from './platform/create-ports.ts';
import { anonymousHosts, callerKeys, catalogUrl, modelAliases, type Env } from './platform/env.ts';
import { doWaitingWork } from './platform/delayed-work.ts';
import { createLive } from './platform/live-catalog.ts';
import { createObservers } from './platform/observers.ts';
import { catalogStore, createStoredCatalog, type PushedCatalog } from './platform/stored-catalog.ts';
import { StreamObjectBase, type ObjectCall } from './platform/stream-object.ts';
import { systemClock, systemFetch, systemLog } from './platform/system.ts';
import { readAliases } from './registry/aliases.ts';
import { CATALOG } from './registry/catalog.generated.ts';
import { readCatalog, withAliases, type WrittenCatalog } from './registry/catalog.ts';

export { HealthObject } from './platform/health-object.ts';
export { KeyDirectoryObject } from './platform/key-directory-object.ts';
export { KeyObject } from './platform/key-object.ts';
export { MetricsObject } from './platform/metrics-object.ts';
export { ResponsesObject } from './platform/responses-object.ts';

type App = ReturnType<typeof createApp>;

/** What the applications of one isolate share, whichever catalogue they were made with. Variables do not change within an isolate. */
type Shared = Omit<AppDeps, 'catalog' | 'ports'>;

function createShared(env: Env, { keyStore, clock }: ReturnType<typeof createPorts>): Shared {
  const accepted = callerKeys(env);
  const signIn = createAccessSignIn(env, { ask: systemFetch, clock, background: systemBackground, log: systemLog });
  return {
    authenticate: createAuthenticate({ ...accepted, directory: keyStore, signIn, clock }),
    hasAdmin: accepted.adminKeys.length > 0,
    objection: accepted.keys.length === 0 && accepted.allowAnonymous ? createLocalhostOnly(anonymousHosts(env)) : noObjection,
    memoryOf: createMemories(env),
  };
}

/** The application of one catalogue. */
type Compose = (written: WrittenCatalog, pushed?: PushedCatalog | null) => App;

function createCompose(env: Env): Compose {
  const observers = createObservers(env);
  const ports = { ...createPorts(env), ...observers.ports };
  const shared = createShared(env, ports);
  const { aliases, faults } = readAliases(modelAliases(env));
  for (const fault of faults) ports.log(fault);
  return (written, pushed = null) => {
    const catalog = withAliases(readCatalog(written), aliases);
    const toLogLine = observers.useCatalog(catalog);
    return createApp({ ...shared, ports, catalog, toLogLine, ...(pushed === null ? {} : { catalogOrigin: { source: 'kv', ...pushed } }) });
  };
}

/** The application to use now. Where provider files are edited (`npm run dev`) the latest has to be asked for first. */
function createSource(env: Env): () => App | Promise<App> {
  const compose = createCompose(env);
  const url = catalogUrl(env);
  if (url !== '') return createLive({ url, ask: systemFetch }, compose, CATALOG);
  const store = catalogStore(env);
  if (store === null) {
    const app = compose(CATALOG);
    return () => app;
  }
  return createStoredCatalog({ store, clock: systemClock, background: systemBackground, log: systemLog }, compose, CATALOG);
}

/** Created by the first request. */
let source: (() => App | Promise<App>) | null = null;

/** @param call absent = the request comes from a client. */
function respond(request: Request, env: Env, call?: InternalCall): Response | Promise<Response> {
  source ??= createSource(env);
  const answer = (app: App) => app.fetch(request, call);
  const current = source();
  return current instanceof Promise ? current.then(answer) : answer(current);
}

/** Durable Object of one answer that outlives its client's connection. */
export class StreamObject extends StreamObjectBase {
  protected override run(request: Request, call: ObjectCall): Response | Promise<Response> {
    return respond(request, this.env as Env, call);
  }
}

export default {
  fetch: (request: Request, env: Env): Response | Promise<Response> => respond(request, env),
  /** `npm start` asks for it before its process ends: slices, rows and counts of this isolate are written. */
  scheduled: doWaitingWork,
};
