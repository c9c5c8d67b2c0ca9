/** Creates the ports of one isolate, from the operator's variables and what is bound. */
import type { Assets, Memory, Ports } from '../ports.ts';
import { createGenerations } from '../state/generations.ts';
import { createRefusedParameters } from '../state/refused-parameters.ts';
import { createSticky } from '../state/sticky-endpoints.ts';
import { healthFor, memoizePerTenant } from '../state/tenants.ts';
import { createKeyHealth } from '../upstream/key-health.ts';
import { createKeyRates } from '../upstream/key-rates.ts';
import { createAccountsPort } from './accounts-port.ts';
import { systemBackground } from './background.ts';
import { boundTo } from './bindings.ts';
import { limits, sealingSecrets, type Env } from './env.ts';
import { createHealthPort } from './health-object.ts';
import { createKeyStorePort } from './key-directory-object.ts';
import { createLedger } from './ledger-port.ts';
import type { ObserverPorts } from './observers.ts';
import { createAccess } from './provider-access.ts';
import { createResponseCache, systemCache } from './response-cache.ts';
import { createResponseStores } from './response-store.ts';
import { createSealers } from './sealer.ts';
import { createStreams } from './streams.ts';
import { systemClock, systemFetch, systemLog, systemRandom } from './system.ts';

/** Creates the ports that depend on no catalogue and on no tenant. */
export function createPorts(env: Env): Omit<Ports, keyof Memory | keyof ObserverPorts> {
  const keyStore = createKeyStorePort(env);
  const ledger = createLedger(env, keyStore);
  return {
    clock: systemClock,
    random: systemRandom,
    fetch: systemFetch,
    access: createAccess(env),
    limits: limits(env),
    keyHealth: createKeyHealth(systemClock),
    keyRates: createKeyRates(systemClock),
    accounts: createAccountsPort(env, ledger),
    ledger,
    keyStore,
    streams: createStreams(env),
    responses: createResponseStores(env, systemLog),
    responseCache: createResponseCache(env, {
      edge: systemCache(),
      nowMs: () => systemClock.nowMs(),
      background: systemBackground,
      log: systemLog,
    }),
    assets: boundTo<Assets>(env, 'ASSETS', 'fetch'),
    background: systemBackground,
  };
}

/** Returns the memory of a tenant by its name. Memories are kept, the last used of them. */
export function createMemories(env: Env): (tenant: string) => Memory {
  const health = createHealthPort(env);
  const sealerFor = createSealers(sealingSecrets(env));
  return memoizePerTenant((tenant) => ({
    learned: createRefusedParameters(systemClock),
    health: healthFor(tenant, health),
    sticky: createSticky(systemClock),
    sealer: sealerFor(tenant),
    generations: createGenerations(systemClock),
  }));
}
