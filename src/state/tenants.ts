/**
 * Tenants: the callers that what is remembered of earlier requests is kept apart for. A tenant is a short hash of a caller key, never the
 * key, or {@link ANONYMOUS}. Callers without a key are one tenant. Authenticates nobody.
 */
import type { HealthTracker } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';

/** The one tenant of a router that everybody may call. */
export const ANONYMOUS = '';

/** Most tenants that anything is remembered for; the one that asked longest ago is forgotten first. */
export const MAX_TENANTS = 256;

/** A tenant before the name of an endpoint. No name of an endpoint begins so: a slug is followed by a blank. */
const TENANT = /^([0-9a-f]{12})\|/;

/** The name of an endpoint in a book that is kept for many tenants. */
export const tenantName = (tenant: string, endpoint: string): string => (tenant === ANONYMOUS ? endpoint : `${tenant}|${endpoint}`);

/** A name of {@link tenantName}, taken apart. */
export function splitTenant(name: string): { tenant: string; endpoint: string } {
  const tenant = TENANT.exec(name)?.[1];
  return tenant === undefined ? { tenant: ANONYMOUS, endpoint: name } : { tenant, endpoint: name.slice(tenant.length + 1) };
}

/** A book of many tenants, as one of them reads and writes it. */
export function healthFor(tenant: string, health: HealthTracker): HealthTracker {
  if (tenant === ANONYMOUS) return health;
  return {
    healthOf: (endpoint) => health.healthOf(tenantName(tenant, endpoint)),
    claimProbe: (endpoint) => health.claimProbe(tenantName(tenant, endpoint)),
    report: (endpoint, outcome) => health.report(tenantName(tenant, endpoint), outcome),
  };
}

/** What `make` gives for a tenant, kept for the {@link MAX_TENANTS} that asked last. */
export function perTenant<Value>(make: (tenant: string) => Value): (tenant: string) => Value {
  const kept = new Map<string, Value>();
  return (tenant) => {
    const value = kept.get(tenant) ?? make(tenant);
    putLast(kept, tenant, value, MAX_TENANTS);
    return value;
  };
}
