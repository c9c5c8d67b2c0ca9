/** Stores of whole answers: the response cache, and the answers of Responses that clients refer to. */
import type { JsonObject } from '../lib/json.ts';
import type { JsonCounts } from '../unified/request/json-bounds.ts';

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
 * with the counts of the text once they are known, and the bytes that are kept beside its values.
 *
 * @throws RouterError 503 where none becomes free in time.
 */
export type HoldMemory = (bytes: number) => Promise<(counts: readonly JsonCounts[], keptBytes?: number) => void>;

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
