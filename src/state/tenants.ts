/**
 * Tenants: callers whose state from earlier requests is kept apart. A tenant is a short hash of a caller key, never the key itself. All
 * callers without a key are one tenant, {@link ANONYMOUS}.
 */
import type { HealthTracker } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';

/** Tenant of a router that accepts callers without a key. */
export const ANONYMOUS = '';

/** Most tenants that state is kept for. The one that called longest ago is removed first. */
export const MAX_TENANTS = 256;

/** A tenant in front of an endpoint name. No endpoint name matches it: a slug is followed by a blank. */
const TENANT = /^([0-9a-f]{12})\|/;

/** Returns the name of an endpoint in a store for many tenants. */
export const tenantName = (tenant: string, endpoint: string): string => (tenant === ANONYMOUS ? endpoint : `${tenant}|${endpoint}`);

/** Splits a name made by {@link tenantName}. */
export function splitTenant(name: string): { tenant: string; endpoint: string } {
  const tenant = TENANT.exec(name)?.[1];
  return tenant === undefined ? { tenant: ANONYMOUS, endpoint: name } : { tenant, endpoint: name.slice(tenant.length + 1) };
}

/** Restricts a health tracker to one tenant. */
export function healthFor(tenant: string, health: HealthTracker): HealthTracker {
  if (tenant === ANONYMOUS) return health;
  return {
    healthOf: (endpoint) => health.healthOf(tenantName(tenant, endpoint)),
    claimProbe: (endpoint) => health.claimProbe(tenantName(tenant, endpoint)),
    report: (endpoint, outcome) => health.report(tenantName(tenant, endpoint), outcome),
  };
}

/** Memoizes `make` per tenant, for the {@link MAX_TENANTS} that called last. */
export function memoizePerTenant<Value>(make: (tenant: string) => Value): (tenant: string) => Value {
  const kept = new Map<string, Value>();
  /** Of the last call: most tenants call several times in a row. */
  let last: { tenant: string; value: Value } | null = null;
  return (tenant) => {
    if (last?.tenant === tenant) return last.value;
    const value = kept.get(tenant) ?? make(tenant);
    putLast(kept, { key: tenant, value, max: MAX_TENANTS });
    last = { tenant, value };
    return value;
  };
}
