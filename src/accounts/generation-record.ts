/** What is remembered of a generation: for `GET /generation`, the ledger, logs, traces and metrics. Without content. */
import type { JsonObject } from '../lib/json.ts';
import type { ErrorType } from '../unified/error-type.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { Usage } from '../unified/response/usage.ts';

/** One answer, complete or not. What is not known is null. */
export type GenerationRecord = {
  /** With the prefix of generations. */
  id: string;
  /** Id at the upstream, where the client has the upstream's format. */
  upstreamId: string | null;
  operation: Operation;
  /** Wire format of the client: its folder in `dialects/`. */
  format: string;
  /** Public slug of the model, else its id at the provider. */
  model: string;
  /** The model as the client named it. */
  modelAsked: string;
  providerName: string;
  /** Slug of the provider. */
  provider: string;
  /** Hash of the end user; null = none was named. */
  user: string | null;
  /** As `UnifiedRequest.session`; null = none was named. */
  session: string | null;
  /** It was made with the caller's own provider key. */
  isByok: boolean;
  /** What the response cache did: `hit` and `joined` cost nothing. Absent = it was not used. */
  cache?: 'hit' | 'joined' | 'miss';
  /** How many changes were reported. */
  adjustments: number;
  /** HTTP status that the client got, or would have got. */
  status: number;
  /** Null = the answer is whole. */
  errorType: ErrorType | null;
  streamed: boolean;
  /** The client disconnected before the end. */
  cancelled: boolean;
  createdMs: number;
  /** From the request to the end of the answer, in milliseconds. */
  durationMs: number;
  /** From the request to the first content; without a stream, to the whole answer. */
  latencyMs: number | null;
  /** From the first content of a stream to its end. */
  generationMs: number | null;
  /** `error` for an answer that failed. */
  finishReason: string | null;
  nativeFinishReason: string | null;
  usage: Usage | null;
  /** The attempts, as in `openrouter_metadata`. */
  attempts: readonly JsonObject[];
};
