/** Answers that are made apart from their client's connection. */
import type { Caller } from '../accounts/caller.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import type { JsonObject } from '../lib/json.ts';

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
