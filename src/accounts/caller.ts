/** The caller of a request. One function (`http/authenticate.ts`) finds it, for every header in which a client may send its key. */
import { completeKey, type KeyRecord } from './key-record.ts';

/** A caller that may use the router. */
export type Caller = Readonly<{
  /** Whose state from earlier requests is used (`state/tenants.ts`). */
  tenant: string;
  /** Name of what is stored for the caller: SHA-256 of its key in hex, or {@link NO_KEY}. The key itself is never kept. */
  account: string;
  /** The key's record, where it was created by `POST /keys`. Null = a key of `ROUTER_API_KEYS`, the admin key, or none. */
  key: KeyRecord | null;
  /** The caller has sent `ADMIN_API_KEY`. */
  isAdmin: boolean;
}>;

/** Account of all callers without a key. */
export const NO_KEY = 'anonymous';

/** A caller without a key, where the operator allows that. */
export const ANONYMOUS_CALLER: Caller = Object.freeze({ tenant: '', account: NO_KEY, key: null, isAdmin: false });

/** A caller of any version of the router with the fields that it lacks. */
export function completeCaller(given: Caller): Caller {
  const caller = { ...ABSENT, ...given };
  return { ...caller, key: caller.key === null ? null : completeKey(caller.key) };
}

const ABSENT = { tenant: '', key: null, isAdmin: false };

/** Characters of an account that name a tenant. */
const TENANT_CHARACTERS = 12;

/** The tenant of an account. */
export const tenantOf = (account: string): string => (account === NO_KEY ? ANONYMOUS_CALLER.tenant : account.slice(0, TENANT_CHARACTERS));

/** Characters of an account that logs and traces have: enough to tell accounts apart, too few to be a key's hash. */
const LABEL_CHARACTERS = 12;

/** The account in logs and traces. */
export const accountLabel = (account: string): string => account.slice(0, LABEL_CHARACTERS);
