/** How providers are reached, from the operator's variables and the keys that callers bring. */
import type { Fetch } from '../lib/fetch.ts';
import type { Auth, CompiledProvider } from '../registry/provider.ts';

/** How to reach one provider, from the operator's variables. */
export type Access = {
  /** Base URL without a trailing slash; null when none is known. */
  baseUrl: string | null;
  /** True when `baseUrl` is the one of the provider file, so that the `basePath` of an operation applies. Absent = another one. */
  isFileAddress?: true;
  /** How a key is sent: the first auth scheme of the provider whose variables are set. */
  auth: Auth;
  /** Keys to rotate over; empty when there is none. */
  keys: readonly string[];
  /** Limits and weights of `keys`, in their order. Absent = none are set. */
  keyLimits?: readonly ProviderKeyLimits[];
  /** Values of the variables that paths and keys use, by name. */
  variables: Readonly<Record<string, string>>;
  /** Replaces the network, e.g. by a binding of the platform. Null = use the network. */
  transport: Fetch | null;
  /** True when calls go to the built-in simulator. */
  isSimulated: boolean;
  /** The key is the caller's own (`X-Provider-API-Keys`): its cost is the caller's. Absent = it is the operator's. */
  isCallerKey?: true;
  /** Headers of the client that go to the provider as they are, with its own token. Absent = none. */
  clientHeaders?: Readonly<Record<string, string>>;
  /** Names of the variables that must be set before this provider can be called. */
  missingVariables: readonly string[];
};

/** What one key of a provider may be used for, as the operator has set it. */
export type ProviderKeyLimits = Readonly<{
  /** Its part of the calls, in proportion to the other keys. Above 0; default 1. */
  weight: number;
  /** Null = no limit. */
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
}>;

/**
 * A key of a provider that a caller brings. `clientHeaders`: headers of its client, for a token that the client got by signing in to the
 * provider; they go out as they are.
 */
export type CallerProviderKey = { key: string; clientHeaders?: Readonly<Record<string, string>> };

/**
 * Returns how to reach a provider. @param own the caller's own key for it, used in place of the operator's.
 *
 * @throws RouterError `invalid_request` for a caller's key where the provider takes no single key.
 */
export type AccessPort = (provider: CompiledProvider, own?: CallerProviderKey) => Access;
