/**
 * Interface of a client format: the side of a wire format that faces a client. It reads request bodies, and writes answers (streamed or whole)
 * and errors. Pure: no I/O, no timer, no provider. Each format is a folder `client/` and a line in `index.ts`.
 */
import type { Adjustment } from '../unified/adjustment.ts';
import type { JsonObject } from '../lib/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { RateLimit } from '../unified/rate-limits.ts';
import type { TextOperation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import type { NativeEvent, StreamEvent } from '../unified/response/event.ts';
import type { Result } from '../unified/response/result.ts';
import type { AnswerRoute, BackgroundFormat, ClientState, KeptFormat, ResolvedBody, StreamCut, StreamFrames } from './client-answers.ts';
import type { HeaderReader } from './dialect.ts';
import type { Shape } from './shared/body-shape.ts';

/** The endpoint that serves a choice. */
export type ServedBy = {
  /** Public slug of the model; null = use the upstream's name. */
  slug: string | null;
  /** Upstream id of the model, for an upstream that does not send one. */
  upstreamModel: string;
  provider: string;
};

/** Data of an answer besides its events. */
export type ResponseMeta = {
  /** Id of the answer, with the prefix of the client's format. */
  id: string;
  createdSeconds: number;
  /** The time now, in seconds since 1970. */
  nowSeconds: () => number;
  /** The serving endpoint, or one per block of choices. Read at the first event. */
  servedBy: () => readonly ServedBy[];
  /** Choices per block; Infinity when one endpoint serves all. */
  choicesEach: number;
  /** The endpoint that continued the answer after a failure; null = none. Read with the usage. */
  continuedBy: () => ServedBy | null;
  /** Base path that was called: `/v1` or `/api/v1`. */
  base: string;
  /** Replaces the fingerprint of an upstream that sends none. */
  fingerprint: () => string;
  /** Estimated tokens of the prompt, 1 or more, for a format that states them before the upstream has. Counted at the first call. */
  estimatedPromptTokens: () => number;
  /** Memory budget of the answer, for what an encoder keeps of it. */
  budget: AnswerBudget;
  /**
   * Bodies that were sent upstream so far, oldest first, without secrets: for a stream whose request has `debug.echo_upstream_body`. Absent =
   * it has not.
   */
  sentBodies?: () => readonly JsonObject[];
  /** Final data; read once, as late as possible. */
  finalMeta: () => FinalMeta;
};

/** Data of a complete answer: all adjustments, and `openrouter_metadata` if requested. */
export type FinalMeta = { adjustments: readonly Adjustment[]; metadata: JsonObject | null };

/** Writes events as the text of a stream. */
export interface Encoder {
  /** Returns the text of these events; empty when nothing is written yet. */
  push(events: readonly StreamEvent[]): string;
  /** The end of an answer that is to be kept, once it has been pushed. `push` does not write it. Null = there is none to write. */
  heldEnd?(): HeldEnd | null;
}

/** The end of a stream, which states whether its answer is kept. */
export type HeldEnd = {
  /** The whole answer. */
  response: JsonObject;
  /** Returns the text of the end. @param reason why the answer is not kept; null = it is. */
  write(reason: string | null): string;
};

/**
 * What a request to a path asks for: an answer, the number of tokens that the request has, or a shorter history for the next requests
 * (OpenAI's `/responses/compact`). A body is an answer too for `compact`: `parse` makes a request for a summary of it.
 */
export type Asks = 'answer' | 'count-tokens' | 'compact';

/** A path of a client format, below `/v1` and `/api/v1`. It takes POST; `/explain` in front of it explains the same body. */
type ClientRoute = { readonly path: string; readonly asks: Asks };

/** Data of an error response besides the error. */
type ErrorMeta = Pick<ResponseMeta, 'id'>;

/** An error as an HTTP response. `Retry-After` and `x-should-retry` are set for every format; headers here have priority. */
type EncodedError = { status: number; headers: Readonly<Record<string, string>>; body: JsonObject };

/** Parts that every client format has: paths, request body, errors and headers. */
export interface ClientFormat {
  /** Its folder in `dialects/`, e.g. `openai-chat`. */
  readonly format: string;
  /** At least one. */
  readonly routes: readonly ClientRoute[];
  /** Prefix of the id of an answer: `gen-`, `msg_`. What follows it is the same as in the header `x-generation-id`. */
  readonly idPrefix: string;
  /** Paths that name an answer. Default: none. */
  readonly answerRoutes?: readonly AnswerRoute[];
  /** Required with `answerRoutes`. */
  readonly kept?: KeptFormat;
  /** Fields of the body that are passed on unread: numbers in them keep all digits. */
  readonly exactFields: readonly string[];
  /** Response headers of its own that a browser may read. Default: none. */
  readonly exposedHeaders?: readonly string[];
  /** Request header that only clients of this format send. They get their errors at paths of no format, such as `/models`, in it too. */
  readonly ownHeader?: string;
  /**
   * Bodies (of a format without `UnifiedRequest.native`: their messages alone) of which the unified request keeps everything. Two such requests are
   * the same if their unified requests are, whatever their formats. Default: none.
   */
  readonly neutralBody?: Shape;
  /** True when a body has the fields of this format. `/explain` without a path uses the last format that returns true. */
  isBody(body: JsonObject): boolean;
  /** Describes a request body as JSON Schema, for `/openapi.json`; made from the checks that `parse` applies. Default: any object with a model. */
  describeRequest?(asks: Asks): JsonObject;
  /**
   * Puts what the router has made or kept in the place of the references to it, before the body is read. What is not found stays as it is.
   *
   * @throws RouterError naming what cannot be opened.
   */
  resolve?(body: unknown, state: ClientState): Promise<ResolvedBody>;
  /**
   * Reads a request body. `headers` are those of the request, `asks` is that of its route (absent = `answer`): a body whose tokens are
   * counted needs no output limit, and one for `compact` is never answered as a stream.
   *
   * @throws RouterError naming the field at fault, by its path in the client's own body.
   */
  parse(body: unknown, headers: HeaderReader, asks?: Asks): UnifiedRequest;
  /**
   * Returns the error for a path below its routes that has no route, where it can say more than that: `/responses/resp_1` names an answer.
   *
   * @param path below a base.
   */
  explainMissing?(path: string): RouterError | null;
  /** Returns the path of a unified parameter in the client's body: `stop[0]` may be `stop_sequences[0]`. A client path is unchanged. */
  parameterPath(path: string): string;
  /** Returns the headers of a successful response: the content type, and the format's own headers. */
  responseHeaders(kind: 'stream' | 'body', meta: ErrorMeta): Readonly<Record<string, string>>;
  /** Writes the limits of the provider's account as headers. Absent = the format has none. @param nowMs the time of the answer. */
  rateLimitHeaders?(limits: readonly RateLimit[], nowMs: number): Readonly<Record<string, string>>;
  /** Writes an error before the first byte. {@link parameterPath} converts the name of the parameter. */
  encodeError(error: RouterError, meta: ErrorMeta): EncodedError;
}

/** A client format for generated text, as a stream or as a whole. */
export interface TextClientDialect extends ClientFormat {
  readonly operation: TextOperation;
  /** Text written while an upstream is silent, before the first event or between two events. */
  readonly keepAlive: string;
  /** Writes a stream. An error event becomes the format's own error inside a stream. */
  createEncoder(meta: ResponseMeta, request: UnifiedRequest): Encoder;
  encodeBody(result: Result, meta: ResponseMeta, request: UnifiedRequest): JsonObject;
  /** Writes the end of a stream that is cut, as frames. Absent = streams of this format cannot be resumed: they have no SSE frames. */
  closeStream?: (frames: StreamFrames, cut: StreamCut) => string;
  /** Absent = the format has none. */
  readonly background?: BackgroundFormat;
  /** A whole answer that states that it is not kept, and why. Required with an encoder that has a `heldEnd`. */
  withoutKeeping?(response: JsonObject, reason: string): JsonObject;
  /** Makes the event that carries a sealed summary. Null = the request asks for an answer, not for a summary. */
  summaryEvent?(request: UnifiedRequest): ((sealed: string) => NativeEvent) | null;
  /** Writes the number of tokens of a request. Required with a route that asks for it. */
  encodeCount?(inputTokens: number): JsonObject;
}

/** Data of an embeddings answer. */
export type EmbeddingMeta = Pick<ResponseMeta, 'id' | 'servedBy' | 'finalMeta'>;

/** A client format for embeddings. */
export interface EmbeddingClientDialect extends ClientFormat {
  readonly operation: 'embeddings';
  /** Returns the body in pieces, one vector each: the whole body may have a hundred megabytes. */
  encodeBody(result: EmbeddingResult, meta: EmbeddingMeta, request: UnifiedRequest): Iterable<string>;
}

/** A client format. */
export type ClientDialect = TextClientDialect | EmbeddingClientDialect;
