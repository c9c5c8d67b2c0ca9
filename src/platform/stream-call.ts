/**
 * What a Worker and the object of an answer exchange. Both may be of different versions for a while: fields are only added, unknown ones are
 * ignored, and a missing one has the default that is stated here.
 */
import type { Caller } from '../accounts/caller.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import type { JsonObject } from '../lib/json.ts';

/** A request for an answer. */
export type OpenCall = {
  /** Letters and digits of the generation id. */
  id: string;
  caller: Caller;
  /** Null = none. */
  trace: RequestTrace | null;
  url: string;
  headers: readonly (readonly [string, string])[];
  body: ReadableStream<Uint8Array> | null;
  /** Wire format of the client. */
  format: string;
  /** The last event that the client has; -1 = none. */
  after: number;
  /** Null = the client waits for the answer. */
  background: { queued: JsonObject; stream: boolean } | null;
};

/** Names an answer of one caller. */
export type NamedCall = { id: string; account: string };

/** Asks for the events after one. */
export type ReadCall = NamedCall & { after: number };

/** Why there is no answer to read. `missing`: not known, not the caller's, or forgotten. `conflict`: another request had the idempotency key. */
export type NoAnswer = { kind: 'missing' | 'conflict' | 'too-many-readers' | 'interrupted' | 'cancelled' };

/** An answer. */
export type ReadResult =
  | NoAnswer
  | {
      kind: 'answer';
      id: string;
      status: number;
      headers: readonly (readonly [string, string])[];
      body: ReadableStream<Uint8Array> | null;
    };

/** The answer as it is now, as JSON of its format. */
export type CurrentResult = NoAnswer | { kind: 'current'; id: string; answer: JsonObject };

/** Methods of the object. */
export type StreamStub = {
  open(call: OpenCall): Promise<ReadResult | CurrentResult>;
  read(call: ReadCall): Promise<ReadResult>;
  current(call: NamedCall): Promise<CurrentResult>;
  stop(call: NamedCall): Promise<{ isFound: boolean }>;
  forget(call: NamedCall): Promise<{ isFound: boolean }>;
};
