/**
 * Parts of the interface of a client format for answers that outlive their request: those that are kept, made in the background, resumed, or
 * referred to by a later request.
 */
import type { JsonObject } from '../lib/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { StoredTurn, UnifiedRequest } from '../unified/request/request.ts';

/** What a request does with an answer by its id: reads it as it is now, ends it, deletes it, or reads the items of its request. */
export type AsksOfAnswer = 'retrieve' | 'cancel' | 'delete' | 'input-items';

/** A path of a client format, below `/v1` and `/api/v1`, that names an answer as `:id`. */
export type AnswerRoute = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly asks: AsksOfAnswer };

/** The frames of a stream so far, oldest first. */
export interface StreamFrames {
  readonly count: number;
  /** Number of the frame that comes next; in a stream that lost frames, above `count`. */
  readonly nextId: number;
  /** In the background: the answer before its first frame. */
  readonly queued: JsonObject | null;
  /** One whole frame, without an `id:` line. */
  text(index: number): string;
}

/** Why the router ends a stream itself. `isCancelled`: its client asked for it. */
export type StreamCut = { error: RouterError; isCancelled: boolean };

/** Answers in the background, for a format that has them. The router makes them as streams and keeps the frames (`platform/stream-object.ts`). */
export interface BackgroundFormat {
  /** True where a body asks for it. @throws RouterError for a body that asks for the opposite too. */
  isAsked(body: JsonObject): boolean;
  /** Writes the answer that has not begun. */
  queued(request: UnifiedRequest, meta: { id: string; createdSeconds: number }): JsonObject;
  /** Writes the answer as it is now. */
  current(frames: StreamFrames): JsonObject | null;
}

/** What is written about a kept answer besides the answer itself, for a format with {@link AnswerRoute}s. */
export interface KeptFormat {
  deleted(id: string): JsonObject;
  /** A page of the items of its input. @param query the parameters of the address. @throws RouterError naming the one at fault. */
  inputPage(items: readonly JsonObject[], of: { id: string; query: Readonly<Record<string, string>> }): JsonObject;
}

/** What the router has made or kept for a client, bound to its tenant. */
export interface ClientState {
  /** Opens a summary that the router sealed for the client; null where it did not. */
  openSummary(sealed: string): Promise<string | null>;
  /** Whether answers are kept: those with `store: true`, all but those with `store: false`, or none. */
  readonly keeps: 'requested' | 'default' | 'never';
  /** Items that the router has kept, by id. Those that it has not are missing. */
  findItems(ids: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>;
  /** All items of an answer and of those before it. Null = not kept. */
  findConversation(responseId: string): Promise<readonly JsonObject[] | null>;
}

/** A body whose references are resolved. */
export type ResolvedBody = {
  body: unknown;
  /** `isKept`: the client requests that its answer is kept, and the router keeps answers. Null = nothing refers to a kept answer, and nothing is to be kept. */
  storedTurn: StoredTurn | null;
  /** How many items of kept answers come before those of the client. */
  itemsBefore: number;
};
