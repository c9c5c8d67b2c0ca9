/** Composition root: builds the ports from the operator's variables and the platform, and the application from the ports. No logic here. */
import { createApp } from './app.ts';
import type { AppDeps } from './http/deps.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createLocalhostOnly, noObjection } from './http/localhost.ts';
import type { InternalCall } from './http/routes/route-context.ts';
import { createAccountsPort } from './platform/accounts-port.ts';
import { systemBackground } from './platform/background.ts';
import { anonymousHosts, callerKeys, catalogUrl, createAccess, limits, modelAliases, sealingSecrets, type Env } from './platform/env.ts';
import { createGuard } from './platform/guard-webhook.ts';
import { createHealthPort } from './platform/health-object.ts';
import { createKeyStorePort } from './platform/key-directory-object.ts';
import { createLedger } from './platform/ledger-port.ts';
import { createLive } from './platform/live-catalog.ts';
import { catalogStore, createStoredCatalog, type PushedCatalog } from './platform/stored-catalog.ts';
import { createToLogLine } from './platform/log.ts';
import { createResponseStores } from './platform/response-store.ts';
import { createResponseCache, systemCache } from './platform/response-cache.ts';
import { createSealers } from './platform/sealer.ts';
import { StreamObjectBase, type ObjectCall } from './platform/stream-object.ts';
import { createStreams } from './platform/streams.ts';
import { systemClock, systemFetch, systemLog, systemNote, systemRandom, systemRandomBytes } from './platform/system.ts';
import { createKeyRates } from './upstream/key-rates.ts';
import { createTelemetry } from './platform/telemetry/index.ts';
import { createKeyHealth } from './upstream/key-health.ts';
import { createGenerations } from './state/generations.ts';
import { createRefusedParameters } from './state/refused-parameters.ts';
import { createSticky } from './state/sticky-endpoints.ts';
import { healthFor, memoizePerTenant } from './state/tenants.ts';
import { toPrintable } from './lib/printable.ts';
import { CATALOG } from './registry/catalog.generated.ts';
import { readAliases } from './registry/aliases.ts';
import { readCatalog, withAliases, type WrittenCatalog } from './registry/catalog.ts';

export { HealthObject } from './platform/health-object.ts';
export { KeyDirectoryObject } from './platform/key-directory-object.ts';
export { KeyObject } from './platform/key-object.ts';
export { MetricsObject } from './platform/metrics-object.ts';
export { ResponsesObject } from './platform/responses-object.ts';

type App = ReturnType<typeof createApp>;

/** Longest line about an entry of `MODEL_ALIASES`, in characters. */
const MAX_FAULT_CHARACTERS = 500;

/** What the applications of one isolate share, whichever catalogue they were made with. Variables do not change within an isolate. */
function createShared(env: Env): Omit<AppDeps, 'catalog'> {
  const accepted = callerKeys(env);
  const keyStore = createKeyStorePort(env);
  const ledger = createLedger(env, keyStore);
  const health = createHealthPort(env);
  const sealerFor = createSealers(sealingSecrets(env));
  return {
    ports: {
      clock: systemClock,
      random: systemRandom,
      fetch: systemFetch,
      access: createAccess(env),
      limits: limits(env),
      keyHealth: createKeyHealth(systemClock),
      keyRates: createKeyRates(systemClock),
      accounts: createAccountsPort(env, ledger),
      streams: createStreams(env),
      keyStore,
      responses: createResponseStores(env, systemLog),
      telemetry: null,
      guard: null,
      responseCache: createResponseCache(env, {
        edge: systemCache(),
        nowMs: systemClock.nowMs,
        background: systemBackground,
        log: systemLog,
      }),
      ledger,
      background: systemBackground,
      log: systemLog,
    },
    authenticate: createAuthenticate({ ...accepted, directory: keyStore, clock: systemClock }),
    hasAdmin: accepted.adminKeys.length > 0,
    objection: accepted.keys.length === 0 && accepted.allowAnonymous ? createLocalhostOnly(anonymousHosts(env)) : noObjection,
    memoryOf: memoizePerTenant((tenant) => ({
      learned: createRefusedParameters(systemClock),
      health: healthFor(tenant, health),
      sticky: createSticky(systemClock),
      sealer: sealerFor(tenant),
      generations: createGenerations(systemClock),
    })),
  };
}

/** The application of one catalogue. */
type Compose = (written: WrittenCatalog, pushed?: PushedCatalog | null) => App;

function createCompose(env: Env): Compose {
  const shared = createShared(env);
  const { aliases, faults } = readAliases(modelAliases(env));
  for (const fault of faults) systemLog(toPrintable(fault, MAX_FAULT_CHARACTERS));
  let toLogLine = (text: string) => toPrintable(text, MAX_FAULT_CHARACTERS);
  const log = (line: string) => systemLog(toLogLine(line));
  const outgoing = { clock: systemClock, ask: systemFetch, background: systemBackground, log };
  const note = (line: string) => systemNote(toLogLine(line));
  const telemetry = createTelemetry(env, { ...outgoing, randomBytes: systemRandomBytes, note });
  const guard = createGuard(env, outgoing);
  return (written, pushed = null) => {
    const catalog = withAliases(readCatalog(written), aliases);
    toLogLine = createToLogLine(env, catalog);
    const ports = { ...shared.ports, telemetry, guard, log };
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
};
