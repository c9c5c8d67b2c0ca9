/**
 * What a client format is: the side of a wire format that faces a client. It reads a request body and writes an answer, as a stream or as
 * a whole, and every error. Pure: no I/O, no timer, no provider. Each format is a folder `client/` and a line in `index.ts`.
 */
import type { Adjustment } from '../unified/adjustment.ts';
import type { JsonObject } from '../lib/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { TextOperation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { Result } from '../unified/response/result.ts';
import type { HeaderReader } from './dialect.ts';

/** Who serves a choice. */
export type ServedBy = {
  /** Public slug of the model; null = report what the upstream says. */
  slug: string | null;
  /** Id of the model at the upstream, for an upstream that does not name it. */
  upstreamModel: string;
  provider: string;
};

/** What the router knows of an answer besides its events, for every chunk or body. */
export type ResponseMeta = {
  /** Id of the answer, with the prefix of the client's format. */
  id: string;
  createdSeconds: number;
  /** Who serves; one for the whole answer, or one for each block of choices. Read when the first event has come. */
  servedBy: () => readonly ServedBy[];
  /** Choices in a block; Infinity where one endpoint serves all. */
  choicesEach: number;
  /** Who continued the answer where it broke off; null = it did not. Read with the usage. */
  continuedBy: () => ServedBy | null;
  /** Base path that was called: `/v1` or `/api/v1`. */
  base: string;
  /** Stands for the fingerprint of an upstream that sends none. */
  fingerprint: () => string;
  /** What is written at the end; read once, as late as possible. */
  finalMeta: () => FinalMeta;
};

/** What is known when the answer is complete: every adjustment, and `openrouter_metadata` where the client asked for it. */
export type FinalMeta = { adjustments: readonly Adjustment[]; metadata: JsonObject | null };

/** Writes events as the text of a stream. */
export interface Encoder {
  /** The text of these events; empty when nothing is to be written yet. */
  push(events: readonly StreamEvent[]): string;
}

/** A path of a client format, below `/v1` and `/api/v1`. It takes POST; `/explain` in front of it explains the same body. */
type ClientRoute = { readonly path: string };

/** What an error response contains besides the error. */
type ErrorMeta = Pick<ResponseMeta, 'id'>;

/** An error as an HTTP response. `Retry-After` and `x-should-retry` are set for every format; headers here win over them. */
type EncodedError = { status: number; headers: Readonly<Record<string, string>>; body: JsonObject };

/** What every client format has: its paths, its request body, its errors and its headers. */
export interface ClientFormat {
  /** Its folder in `dialects/`, e.g. `openai-chat`. */
  readonly format: string;
  /** At least one. */
  readonly routes: readonly ClientRoute[];
  /** Prefix of the id of an answer: `gen-`, `msg_`. What follows it is the same as in the header `x-generation-id`. */
  readonly idPrefix: string;
  /** Fields of the body that are passed on without being read: numbers in them keep digits that a double cannot hold. */
  readonly exactFields: readonly string[];
  /** Response headers of its own that a browser may read. Default: none. */
  readonly exposedHeaders?: readonly string[];
  /** Whether a body has the fields of this format. `/explain` without a path uses the first format that returns true. */
  isBody(body: JsonObject): boolean;
  /**
   * Reads a request body. `headers` are those of the request.
   *
   * @throws RouterError naming the field at fault, by its path in the client's own body.
   */
  parse(body: unknown, headers: HeaderReader): UnifiedRequest;
  /** Path of a unified parameter in the client's own body: `stop[0]` may be `stop_sequences[0]`. A path that is one already stays. */
  parameterPath(path: string): string;
  /** Headers of a successful response: the content type of a stream or of a body, and the format's own. */
  responseHeaders(kind: 'stream' | 'body', meta: ErrorMeta): Readonly<Record<string, string>>;
  /** An error before the first byte. The parameter at fault is named by {@link parameterPath}. */
  encodeError(error: RouterError, meta: ErrorMeta): EncodedError;
}

/** A client format for generated text, as a stream or as a whole. */
export interface TextClientDialect extends ClientFormat {
  readonly operation: TextOperation;
  /** Text that is written while an upstream is silent. It may stand before the first event and between any two. */
  readonly keepAlive: string;
  /** Writes a stream. An error event becomes the format's own error inside a stream. */
  createEncoder(meta: ResponseMeta, request: UnifiedRequest): Encoder;
  encodeBody(result: Result, meta: ResponseMeta, request: UnifiedRequest): JsonObject;
}

/** What the router knows of an answer of embeddings. */
export type EmbeddingMeta = Pick<ResponseMeta, 'id' | 'servedBy' | 'finalMeta'>;

/** A client format for embeddings. */
export interface EmbeddingClientDialect extends ClientFormat {
  readonly operation: 'embeddings';
  /** The body in pieces, a vector each: all of it at once may be a hundred megabytes. */
  encodeBody(result: EmbeddingResult, meta: EmbeddingMeta, request: UnifiedRequest): Iterable<string>;
}

/** The side of a wire format that talks to a client. */
export type ClientDialect = TextClientDialect | EmbeddingClientDialect;
