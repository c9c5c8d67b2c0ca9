/** What is remembered of a generation: for `GET /generation`, the ledger, logs, traces and metrics. Without content. */
import type { ErrorType } from '../unified/error-type.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { Usage } from '../unified/response/usage.ts';

/** One try at an answer: an attempt has one for each key that was not accepted, and the last one. */
export type RecordedTry = Readonly<{
  /** Slug of the provider. */
  provider: string;
  providerName: string;
  /** The model's id at the provider. */
  model: string;
  /** HTTP status of the upstream; null = it did not answer. */
  status: number | null;
  /** Null = it has not failed. */
  errorType: ErrorType | null;
  /** From the request to its start, in milliseconds. */
  startedMs: number;
  /** From its start to the first content; null = none came. */
  firstContentMs: number | null;
  /** From its start to its end; null = it had not ended when the answer had. */
  durationMs: number | null;
  /** HTTP requests. */
  calls: number;
  /** Another one answered or took its place. */
  isCancelled: boolean;
}>;

/** One change of the request, without texts of the client. `from` and `to`: numbers and booleans of a parameter; null = not kept. */
export type RecordedChange = Readonly<{
  /** The parameter as the client named it. */
  param: string;
  action: string;
  from: number | boolean | null;
  to: number | boolean | null;
}>;

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
  /** The first of these changes: `pipeline/recorded-changes.ts`. */
  changes: readonly RecordedChange[];
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
  tries: readonly RecordedTry[];
};
