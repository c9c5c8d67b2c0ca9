/**
 * Ports: what the router needs of a platform, as small interfaces. `platform/` and `worker.ts` implement them. All other code uses only
 * the interfaces, so tests can pass their own.
 */
import type { AccountUsage } from './accounts/account-usage.ts';
import type { Ledger } from './accounts/activity.ts';
import type { Caller } from './accounts/caller.ts';
import type { GenerationRecord } from './accounts/generation-record.ts';
import type { Telemetry, RequestTrace } from './accounts/telemetry.ts';
import type { KeyRecord } from './accounts/key-record.ts';
import type { Clock } from './lib/clock.ts';
import type { Fetch } from './lib/fetch.ts';
import type { JsonObject } from './lib/json.ts';
import type { Auth, CompiledProvider } from './registry/provider.ts';
import type { RouterError } from './unified/error.ts';
import type { Guard } from './unified/guard.ts';
import type { Limits, MediaLimits } from './unified/limits.ts';
import type { RateLimit } from './unified/rate-limits.ts';
import type { HealthTracker } from './unified/endpoint-health.ts';
import type { JsonCounts } from './unified/request/json-bounds.ts';

export type { GenerationRecord, Limits, MediaLimits };

/** Random source. */
export interface Random {
  /** A fresh id of 20 letters and digits. */
  id(): string;
  /** A number from 0 to below 1. */
  fraction(): number;
}

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

/**
 * Stores answers, so that identical requests need no upstream. `key` is a hash; what is stored is a text that only `pipeline/` reads. No call fails:
 * a store that cannot be reached has nothing.
 */
export interface ResponseCache {
  /** Most characters of a stored answer. */
  readonly maxCharacters: number;
  /** Whether answers with calls of tools are stored. */
  readonly keepsToolCalls: boolean;
  /** Null = nothing is stored. */
  find(key: string): Promise<string | null>;
  /** Stores for so many seconds, at least one. Continues in the background. */
  store(key: string, text: string, ttlSeconds: number): void;
  remove(key: string): Promise<void>;
}

/** The records of caller keys. */
export interface KeyDirectory {
  /** The record of a key by its SHA-256 in hex; null = there is none. At most a minute old. */
  find(hash: string): Promise<KeyRecord | null>;
}

/** Which entries of a list are read: `limit` of them after the first `offset`. */
export type Slice = { offset: number; limit: number };

/** The directory as those see it who manage keys: every answer is the newest. @throws (all) RouterError where it does not answer. */
export interface KeyStore extends KeyDirectory {
  read(hash: string): Promise<KeyRecord | null>;
  /** @throws RouterError where there are too many keys. */
  create(record: KeyRecord): Promise<void>;
  /** Stores a changed record in place of the one of `replacedMs` (its `updatedMs`). False = that one is not there any more. */
  replace(record: KeyRecord, replacedMs: number): Promise<boolean>;
  /** False = there is no such key. */
  remove(hash: string): Promise<boolean>;
  /** Newest first. */
  list(slice: Slice & { includeDisabled: boolean }): Promise<readonly KeyRecord[]>;
  /** Makes the object of an account refuse all its requests, or no longer. */
  setRefused(hash: string, isRefused: boolean): Promise<void>;
  /** Accounts that have a ledger, oldest first. */
  accounts(slice: Slice): Promise<readonly string[]>;
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

/** An answer to keep, with what it answers. */
export type KeptAnswer = {
  /** Its id as the client has it, and the router's own where that differs. */
  ids: readonly [string, ...string[]];
  /** The kept answer that it goes on from; null = it begins a conversation. */
  previousId: string | null;
  /** The response object, with its `output`. */
  response: JsonObject;
  /** Items of its own input, without those of the answers before it. */
  input: readonly JsonObject[];
};

/**
 * Takes memory of the isolate for JSON text of so many bytes, before it is read, until the answer to the request has ended. The result is called
 * with the counts of the text once they are known.
 *
 * @throws RouterError 503 where none becomes free in time.
 */
export type HoldMemory = (bytes: number) => Promise<(counts: readonly JsonCounts[]) => void>;

/** The answers that are kept for one account. All but `keep` throw a RouterError 503 where the store cannot be reached. */
export interface ResponseStore {
  /** Keeps an answer. Returns why it is not kept, as a sentence without its end; null = it is. Never rejects. */
  keep(answer: KeptAnswer): Promise<string | null>;
  /** Items of kept answers and of their input, by id. Those that are not kept are missing. @throws RouterError `invalid_request` for too many. */
  items(ids: readonly string[], hold: HoldMemory): Promise<ReadonlyMap<string, JsonObject>>;
  /**
   * Items of an answer, of its input and its output, after those of the answers before it; null where one of them is not kept.
   *
   * @throws RouterError `invalid_request` for a conversation that is too long, or an answer that failed.
   */
  conversation(id: string, hold: HoldMemory): Promise<readonly JsonObject[] | null>;
  /** The response object; null where it is not kept. */
  find(id: string, hold: HoldMemory): Promise<JsonObject | null>;
  /** Items of the input of an answer; null where it is not kept. */
  input(id: string, hold: HoldMemory): Promise<readonly JsonObject[] | null>;
  /** Removes an answer. False = it was not kept. */
  remove(id: string): Promise<boolean>;
}

/** The stores of all accounts. */
export interface ResponseStores {
  /** Answers are kept unless a request has `store: false`. False = only those with `store: true`. */
  readonly keepsByDefault: boolean;
  of(account: string): ResponseStore;
}

/** Names an answer that is made apart from its client's connection. */
export type StreamName = {
  /** Only the caller that started it may read it. */
  caller: Caller;
  /** With any prefix of a client format. */
  id: string;
};

/** A request whose answer is made apart from its client's connection. */
export type StreamStart = {
  caller: Caller;
  /** Id of the answer, unless the request joins one that exists. */
  generationId: string;
  /** Its body has not been read. */
  request: Request;
  /** The header `Idempotency-Key`; null = the request joins no other. */
  idempotencyKey: string | null;
  /** Wire format of the client. */
  format: string;
  /** Absent = none. */
  trace?: RequestTrace;
  /** Absent = the client waits for the answer. `queued`: the answer that has not begun. `stream`: the client reads its events. */
  background?: { queued: JsonObject; stream: boolean };
};

/** Answers that are made apart from their client's connection, and kept for ten minutes after their end. */
export interface Streams {
  /**
   * Hands a request over, or joins an answer of the same idempotency key. The response has the id of the answer in `x-generation-id`.
   *
   * @param after the last event that the client has; -1 = none.
   * @throws RouterError for a key that another request had.
   */
  open(start: StreamStart, after: number): Promise<Response>;
  /** Reads the events after one, and those to come; a whole answer where it is no stream. @throws RouterError where there is no such answer. */
  read(name: StreamName, after: number): Promise<Response>;
  /** The answer as it is now, in a format that has such answers; null = there is no such answer. */
  current(name: StreamName): Promise<JsonObject | null>;
  /** Ends the upstream call. False = there is no such answer. An answer that has ended stays as it is. */
  stop(name: StreamName): Promise<boolean>;
  /** Ends an answer, and deletes what is kept of it. False = there is no such answer of the caller. */
  forget(name: StreamName): Promise<boolean>;
}

/** State from earlier requests. Each tenant (`state/tenants.ts`) has its own. */
export type Memory = {
  learned: RefusedParameters;
  health: HealthTracker;
  sticky: Sticky;
  generations: Generations;
  sealer: Sealer;
};

/** All ports. */
export type Ports = Memory & {
  clock: Clock;
  random: Random;
  access: AccessPort;
  fetch: Fetch;
  limits: Limits;
  keyHealth: KeyHealth;
  keyRates: KeyRates;
  /** Null = no limits are kept, and no ledger. */
  accounts: Accounts | null;
  /** Null = no ledger is kept. */
  ledger: Ledger | null;
  /** Null = every answer ends with its client's connection. */
  streams: Streams | null;
  /** Null = keys cannot be created: `KEY_DIRECTORY` is not bound. */
  keyStore: KeyStore | null;
  /** Null = no answers are kept. */
  responses: ResponseStores | null;
  /** Null = nothing is inspected. */
  guard: Guard | null;
  /** Null = requests are not observed. */
  telemetry: Telemetry | null;
  /** Null = no answers are stored. */
  responseCache: ResponseCache | null;
  /** Keeps the isolate alive for work that continues after the response ended or the client disconnected. */
  background: (work: Promise<unknown>) => void;
  /** Writes a line to the operator's log. Never contains text of a client or a model. */
  log: (line: string) => void;
};
