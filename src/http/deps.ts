/** What the handlers are given, and what they are made of: once per isolate, by `worker.ts`. */
import type { ClientDialect } from '../dialects/client-dialect.ts';
import type { Memory, Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequestMemory } from './large-body.ts';
import type { Objection } from './localhost.ts';

/** What the handlers of one tenant's request are given. */
export type Deps = { catalog: Catalog; ports: Ports; memory: RequestMemory };

/** Where a catalogue comes from: the deployed Worker, or a KV namespace (`platform/stored-catalog.ts`). `hash`: SHA-256 of its text, in hex. */
export type CatalogOrigin = { source: 'bundled' } | { source: 'kv'; hash: string; pushedAt: string };

/** What is made once. */
export type AppDeps = {
  catalog: Catalog;
  /** Where the catalogue comes from; absent = the deployed Worker. */
  catalogOrigin?: CatalogOrigin;
  ports: Omit<Ports, keyof Memory>;
  authenticate: Authenticate;
  /** Makes the memory of a tenant; called when the tenant is new, or has been forgotten. */
  memoryOf: (tenant: string) => Memory;
  /** Client formats; absent = those of `dialects/index.ts`. The first one writes the errors of a path without a format. */
  clients?: readonly ClientDialect[];
  /** Judges a request before anything else; absent = every provider and origin is answered. */
  objection?: Objection;
  /** Makes a text fit for the operator's log; absent = it is only escaped. */
  toLogLine?: (text: string) => string;
};

/** What the handlers of a tenant's request are given. */
export const depsOf = ({ catalog, ports, memoryOf }: AppDeps, memory: RequestMemory, tenant: string): Deps => ({
  catalog,
  memory,
  ports: { ...ports, ...memoryOf(tenant) },
});
