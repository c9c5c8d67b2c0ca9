/** Port of telemetry: what is observed of requests, for logs, traces and metrics. */
import type { JsonObject } from '../lib/json.ts';
import type { TraceParent } from '../lib/trace-context.ts';
import type { ErrorType } from '../unified/error-type.ts';
import type { Caller } from './caller.ts';
import type { GenerationRecord } from './generation-record.ts';

/** Where a request stands in its trace. */
export type RequestTrace = Readonly<
  TraceParent & {
    /** The client's span; null = the trace begins with the request. `spanId` is the span of the answer. */
    parentId: string | null;
    /** `tracestate` of the client; empty = none. */
    state: string;
    /** Headers that its upstream calls carry; empty = none, which is the default. */
    forwarded: Readonly<Record<string, string>>;
  }
>;

/** One attempt at an answer, as a trace has it. Times are milliseconds since 1970. */
export type ObservedAttempt = {
  /** Slug of the provider. */
  slug: string;
  /** `telemetryName` of the provider, else its slug. */
  provider: string;
  /** Id of the model at the provider. */
  model: string;
  /** Address that was called; null = not known. */
  baseUrl: string | null;
  startedMs: number;
  /** Null = it had not ended when the answer had. */
  endedMs: number | null;
  firstContentMs: number | null;
  /** HTTP status of the upstream; null = none came. */
  status: number | null;
  errorType: ErrorType | null;
  isCancelled: boolean;
  /** HTTP requests: keys that were refused, and parts of the request, included. */
  calls: number;
};

/** A generation that has ended, for logs, traces and metrics. Without content. */
export type ObservedGeneration = {
  record: GenerationRecord;
  caller: Caller;
  trace: RequestTrace | null;
  /** Parameters of the client, by unified name. */
  parameters: Readonly<JsonObject>;
  /** `telemetryName` of the provider that served, else its slug. */
  provider: string;
  /** Its address; null = not known. */
  baseUrl: string | null;
  attempts: readonly ObservedAttempt[];
};

/** A request that was refused before anything was sent for it. */
export type Refusal = { status: number; errorType: ErrorType };

/** Observes requests. Its methods return at once and throw nothing: what they start continues in the background. */
export interface Telemetry {
  /** Reads or begins the trace of a request; null = the request has none. */
  trace(headers: Headers): RequestTrace | null;
  /** An answer has ended. */
  generation(generation: ObservedGeneration): void;
  refusal(refusal: Refusal): void;
  /** The metrics of all isolates in the text format of Prometheus; null = they are not kept. */
  exposition: (() => Promise<string>) | null;
}
