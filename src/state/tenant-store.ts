/**
 * Stores entries of endpoints per tenant. Endpoints that are listed in a provider file or have answered have one bound; all others have a
 * second one, so that invented model ids displace no real endpoint.
 */
import { isListed } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';
import { MAX_TENANTS, splitTenant, tenantName } from './tenants.ts';

/** Most endpoints per tenant of each kind. The one stored longest ago is removed first. */
export type TenantStoreLimits = { known: number; unknown: number };

/** Entries by endpoint name, with its tenant (`tenantName`). */
export interface TenantStore<Entry> {
  find(name: string): Entry | undefined;
  /** Stores an entry as the newest. `isProven`: the endpoint has answered, so its id is not invented. */
  storeEntry(name: string, entry: Entry, isProven: boolean): void;
  all(): [name: string, Entry][];
  /** Returns the entries that other tenants have for a listed endpoint. */
  findOthers(name: string): Entry[];
}

/** Creates an empty store. */
export function createTenantStore<Entry>(limits: TenantStoreLimits): TenantStore<Entry> {
  type TenantEntries = { known: Map<string, Entry>; unknown: Map<string, Entry> };
  const tenants = new Map<string, TenantEntries>();

  return {
    find(name) {
      const { tenant, endpoint } = splitTenant(name);
      const entries = tenants.get(tenant);
      return entries?.known.get(endpoint) ?? entries?.unknown.get(endpoint);
    },
    storeEntry(name, entry, isProven) {
      const { tenant, endpoint } = splitTenant(name);
      const entries: TenantEntries = tenants.get(tenant) ?? { known: new Map(), unknown: new Map() };
      putLast(tenants, { key: tenant, value: entries, max: MAX_TENANTS });
      const isKnown = isProven || isListed(endpoint) || entries.known.has(endpoint);
      if (isKnown) entries.unknown.delete(endpoint);
      const kind = isKnown ? 'known' : 'unknown';
      putLast(entries[kind], { key: endpoint, value: entry, max: limits[kind] });
    },
    all: () =>
      [...tenants].flatMap(([tenant, { known, unknown }]) =>
        [...known, ...unknown].map(([endpoint, entry]): [string, Entry] => [tenantName(tenant, endpoint), entry]),
      ),
    findOthers(name) {
      const { tenant, endpoint } = splitTenant(name);
      if (!isListed(endpoint)) return [];
      return [...tenants].flatMap(([other, { known }]) => (other === tenant ? [] : (known.get(endpoint) ?? [])));
    },
  };
}
