/** The accounts of callers, and the records of their keys. */
import type { AccountUsage } from '../accounts/account-usage.ts';
import type { Caller } from '../accounts/caller.ts';
import type { GenerationRecord } from '../accounts/generation-record.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import type { RateLimit } from '../unified/rate-limits.ts';

/** What one request may spend, from before its first upstream call to its end. */
export interface Lease {
  /** Headers for the client, in any format. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is left of the limits of its key. Clients get it in the headers of their format. */
  readonly rateLimits: readonly RateLimit[];
  /** The answer has ended: its cost takes the place of what was reserved. Further calls do nothing. Continues in the background. */
  settle(record: GenerationRecord): void;
}

/** What a request may cost at most. */
export type WorstCase = {
  /** Billionths of a USD, an integer. What has no known price costs 0. */
  nanoUsd: number;
  tokens: number;
  /** A model that may be called and has no known price, as `provider/id`; null = there is none. */
  unpriced: string | null;
};

/** A request that is about to be sent. Its record, as far as that is known. */
export type Reservation = Pick<
  GenerationRecord,
  | 'id'
  | 'createdMs'
  | 'operation'
  | 'format'
  | 'model'
  | 'modelAsked'
  | 'provider'
  | 'providerName'
  | 'user'
  | 'session'
  | 'isByok'
  | 'streamed'
> & { worst: WorstCase };

/** The accounts of callers: limits and the ledger. */
export interface Accounts {
  /** Tokens of an answer that are reserved where the request does not limit them. */
  readonly outputTokens: number;
  /** A request that no limit counts: its caller has none, or it calls no upstream. */
  open(caller: Caller): Lease;
  /** A request of a caller whose key has limits. @throws RouterError where one of them does not allow it. */
  reserve(caller: Caller, key: KeyRecord, reservation: Reservation): Promise<Lease>;
  /** Spending and limits of an account. `key`: its record, where it has one. Null = nothing is kept of it. */
  describe(account: string, key: KeyRecord | null): Promise<AccountUsage | null>;
}

/** The records of caller keys. */
export interface KeyDirectory {
  /** The record of a key by its SHA-256 in hex; null = there is none. At most a minute old. */
  find(hash: string): Promise<KeyRecord | null>;
}

/** Which entries of a list are read: `limit` of them after the first `offset`. */
export type ListRange = { offset: number; limit: number };

/** The directory for the operator: every result is the newest. @throws (all) RouterError where it does not answer. */
export interface KeyStore extends KeyDirectory {
  read(hash: string): Promise<KeyRecord | null>;
  /** @throws RouterError where there are too many keys. */
  create(record: KeyRecord): Promise<void>;
  /** Stores a changed record in place of the one of `replacedMs` (its `updatedMs`). False = that one is not there any more. */
  replace(record: KeyRecord, replacedMs: number): Promise<boolean>;
  /** False = there is no such key. */
  remove(hash: string): Promise<boolean>;
  /** Newest first. */
  list(range: ListRange & { includeDisabled: boolean }): Promise<readonly KeyRecord[]>;
  /** Makes the object of an account refuse all its requests, or no longer. */
  setRefused(hash: string, isRefused: boolean): Promise<void>;
  /** Accounts that have a ledger, oldest first. */
  accounts(range: ListRange): Promise<readonly string[]>;
}
