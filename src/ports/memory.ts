/** State from earlier requests of one tenant. */
import type { GenerationRecord } from '../accounts/generation-record.ts';
import type { HealthTracker } from '../unified/endpoint-health.ts';

/** Parameters that one endpoint rejected: unified name to the accepted wire name. Null = the endpoint does not accept the parameter. */
export type KnownRefusals = ReadonlyMap<string, string | null>;

/** Remembers which parameters endpoints rejected, so that the next request is sent without them. */
export interface RefusedParameters {
  /** @param endpoint named as in `unified/endpoint-health.ts`. */
  refusalsOf(endpoint: string): KnownRefusals;
  /** @param wireName the name that the endpoint accepts; null = it does not accept the parameter. */
  remember(endpoint: string, param: string, wireName: string | null): void;
}

/** Remembers which endpoint served a conversation, so that the next turn can use its prompt cache. */
export interface Sticky {
  /** Returns the endpoint (named as in `unified/endpoint-health.ts`) that last served this conversation. Null = none, or too long ago. */
  endpointFor(key: string): string | null;
  /** Stores that this endpoint just served the conversation. */
  remember(key: string, endpoint: string): void;
}

/** What the answers have cost since the memory began, in USD: in all, and in this day, week (from Monday) and month (UTC). */
export type Spending = {
  sinceMs: number;
  totalUsd: number;
  dayUsd: number;
  weekUsd: number;
  monthUsd: number;
  /** Answers in it whose cost is not known. */
  unpriced: number;
};

/** The last answers of a tenant. */
export interface Generations {
  /** Adds an answer. Its usage counts as spent. */
  record(entry: GenerationRecord): void;
  /** Finds an answer by its id with any prefix of a client format, or by the upstream's id. Null = it is not remembered. */
  find(id: string): GenerationRecord | null;
  spending(): Spending;
}

/** Seals text that a client keeps for the router: the client can neither read nor make it, and no other tenant can have it opened. */
export interface Sealer {
  /** Returns letters, digits, `-`, `_` and `.`. */
  seal(text: string): Promise<string>;
  /** Returns the text; null where it was not sealed for this tenant, or the secret has changed. */
  open(sealed: string): Promise<string | null>;
}

/** State from earlier requests. Each tenant (`state/tenants.ts`) has its own. */
export type Memory = {
  learned: RefusedParameters;
  health: HealthTracker;
  sticky: Sticky;
  generations: Generations;
  sealer: Sealer;
};
