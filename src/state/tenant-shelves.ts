/**
 * Entries of endpoints, kept apart by tenant. Endpoints that a provider file lists, or that are proven, have one bound; those of which
 * nothing is known have another, so that invented model ids push out no real endpoint. Knows nothing of what an entry says.
 */
import { isListed } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';
import { MAX_TENANTS, splitTenant, tenantName } from './tenants.ts';

/** Most endpoints of each kind for one tenant; the one that was kept longest ago is forgotten first. */
export type ShelfLimits = { known: number; unknown: number };

/** Entries by the name of an endpoint, with its tenant (`tenantName`). */
export interface Shelves<Entry> {
  find(name: string): Entry | undefined;
  /** Keeps an entry as the latest. `isProven`: the endpoint has answered, so its id is not invented. */
  keep(name: string, entry: Entry, isProven: boolean): void;
  all(): [name: string, Entry][];
  /** The entries that other tenants have of a listed endpoint. */
  ofOthers(name: string): Entry[];
}

/** Empty shelves. */
export function createShelves<Entry>(limits: ShelfLimits): Shelves<Entry> {
  type Shelf = { known: Map<string, Entry>; unknown: Map<string, Entry> };
  const tenants = new Map<string, Shelf>();

  return {
    find(name) {
      const { tenant, endpoint } = splitTenant(name);
      const shelf = tenants.get(tenant);
      return shelf?.known.get(endpoint) ?? shelf?.unknown.get(endpoint);
    },
    keep(name, entry, isProven) {
      const { tenant, endpoint } = splitTenant(name);
      const shelf: Shelf = tenants.get(tenant) ?? { known: new Map(), unknown: new Map() };
      putLast(tenants, tenant, shelf, MAX_TENANTS);
      const isKnown = isProven || isListed(endpoint) || shelf.known.has(endpoint);
      if (isKnown) shelf.unknown.delete(endpoint);
      if (isKnown) putLast(shelf.known, endpoint, entry, limits.known);
      else putLast(shelf.unknown, endpoint, entry, limits.unknown);
    },
    all: () =>
      [...tenants].flatMap(([tenant, { known, unknown }]) =>
        [...known, ...unknown].map(([endpoint, entry]): [string, Entry] => [tenantName(tenant, endpoint), entry]),
      ),
    ofOthers(name) {
      const { tenant, endpoint } = splitTenant(name);
      if (!isListed(endpoint)) return [];
      return [...tenants].flatMap(([other, { known }]) => (other === tenant ? [] : (known.get(endpoint) ?? [])));
    },
  };
}
