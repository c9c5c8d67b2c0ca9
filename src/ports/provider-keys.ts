/** The state of the keys of providers: which of them work, and what they have been used for. */
import type { RouterError } from '../unified/error.ts';
import type { ProviderKeyLimits } from './access.ts';

/** A choice between keys of a provider for a model. `weightOf`: default 1 for each key. */
type KeyChoice = { provider: string; model: string; keys: readonly string[]; weightOf?: (key: string) => number };

/** One use of a key. `provider` is the slug; the call began at `startedMs` (milliseconds since 1970). */
export type KeyUse = { provider: string; model: string; key: string; startedMs: number };

/** State of the keys of providers. Decides which key a call tries first. */
export interface KeyHealth {
  /** Returns the key to try next: of those that work, each in turn by its weight, else the one whose pause ends first. Null when `keys` is empty. */
  pick(choice: KeyChoice): string | null;
  /** Reports that the provider rejected a key. `error` has the reason. */
  reportRefusal(use: KeyUse, error: RouterError): void;
  /** Reports that the provider accepted a key. */
  reportSuccess(use: KeyUse): void;
}

/** One call with a key. `tokens`: what it is expected to take, 0 or more. */
export type KeyDemand = { provider: string; key: string; limits: ProviderKeyLimits; tokens: number };

/** What the keys of providers with limits have been used for in the last minute. */
export interface KeyRates {
  /** Milliseconds until a key may take a call; 0 = now, Infinity = never: the call alone is above its limit. */
  waitMs(demand: KeyDemand): number;
  /** Counts a call that is sent now. Returns a function that replaces the expected tokens by those it took; a second call changes nothing. */
  take(demand: KeyDemand): (tokens: number) => void;
}
