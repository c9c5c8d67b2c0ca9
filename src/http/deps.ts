/** Dependencies of the handlers, built by `worker.ts` once per isolate and catalogue. */
import type { ClientDialect } from '../dialects/client-dialect.ts';
import type { Memory, Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequestMemory } from './held-memory.ts';
import type { Objection } from './localhost.ts';

/** Dependencies of the handlers for the requests of one tenant. */
export type Deps = {
  catalog: Catalog;
  ports: Ports;
  memory: RequestMemory;
  tenant: string;
  /** The request brings keys of providers (`provider-keys.ts`). */
  hasCallerKeys?: true;
};

/** Where a catalogue comes from: the deployed Worker, or a KV namespace (`platform/stored-catalog.ts`). `hash`: SHA-256 of its text, in hex. */
export type CatalogOrigin = { source: 'bundled' } | { source: 'kv'; hash: string; pushedAt: string };

/** Dependencies of the application. */
export type AppDeps = {
  catalog: Catalog;
  /** Where the catalogue comes from; absent = the deployed Worker. */
  catalogOrigin?: CatalogOrigin;
  ports: Omit<Ports, keyof Memory>;
  authenticate: Authenticate;
  /** `ADMIN_API_KEY` is set; absent = it is not. */
  hasAdmin?: boolean;
  /** Makes the memory of a tenant; called for a new tenant, or for one whose memory was evicted. */
  memoryOf: (tenant: string) => Memory;
  /** Client formats; absent = those of `dialects/index.ts`. The first one writes the errors of a path without a format. */
  clients?: readonly ClientDialect[];
  /** Refuses requests by their headers before anything else runs; absent = every `Host` and `Origin` is accepted. */
  objection?: Objection;
  /** Masks secrets in a log line and escapes it; absent = it is escaped only. */
  toLogLine?: (text: string) => string;
};

/** Dependencies for the requests of one tenant. */
export const depsOf = ({ catalog, ports, memoryOf }: AppDeps, memory: RequestMemory, tenant: string): Deps => ({
  catalog,
  memory,
  tenant,
  ports: { ...ports, ...memoryOf(tenant) },
});
