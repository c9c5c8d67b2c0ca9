/**
 * What a wire format must be able to do, on either side of the router. Codecs are pure, synchronous push parsers: they know no
 * provider, do no I/O and hold no timer. Each format is a folder beside this file; formats never import each other.
 */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import type { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import type { PromptKind } from '../unified/request/message.ts';
import type { Input, UnifiedRequest } from '../unified/request/request.ts';
import type { Operation, TextOperation } from '../unified/request/parameters.ts';
import type { AnswerMapping } from './shared/answer-mapping.ts';
import type { Rules } from '../unified/rule.ts';
import type { Result } from '../unified/response/result.ts';

/** A request after fitting: everything in it is accepted by the provider. */
export type FittedCall = {
  /** Id of the model at the upstream. */
  model: string;
  input: Input;
  /** Wire name to value. */
  parameters: Readonly<JsonObject>;
  stream: boolean;
  /** Whether the provider accepts `stream_options`. */
  streamOptions: boolean;
  /** How chat messages become a prompt, on a provider that only completes text. */
  template: TemplateName;
  /** Roles to rewrite, e.g. developer to system. */
  roles: Readonly<Record<string, string>>;
  /** Message fields the provider accepts beyond the dialect's own; `-name` takes one away. */
  messageFields: readonly string[];
  /** Habits of the provider and of the model, from the dialect's closed list. */
  quirks: readonly string[];
};

/** The chat templates a completions provider can be given. */
export const TEMPLATE_NAMES = ['chatml', 'llama-3', 'mistral', 'gemma', 'plain'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** The provider, or some of its models, write their thinking into the text, between `<think>` and `</think>`. */
export const THINK_TAGS = 'think-tags';

/** A body ready to send, what rendering it changed, and what has to be turned back in the answer. */
export type Rendered = { body: JsonObject; adjustments: Adjustment[]; mapping?: AnswerMapping };

/** Upstream payloads to events. */
export interface Decoder {
  /** One payload: the data of an SSE event, a line of NDJSON, an AWS frame as `{"<event type>": payload}`. */
  push(payload: string): StreamEvent[];
}

/** How the payloads of a stream are told apart. */
export type Framing = 'sse' | 'ndjson' | 'aws-event-stream';

/** Looks a header of an answer up, by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

/** What a decoder must know of the provider and of what was asked. */
export type DecoderOptions = {
  /** Habits of the provider. */
  quirks: readonly string[];
  /** The limit that was sent: a provider that does not say why it stopped may have reached it. Absent = none was sent. */
  maxTokens?: number;
  /** What a decoder keeps of the answer it takes from here first. Absent = without limit, for tests. */
  budget?: AnswerBudget;
  /** Told of a part of the answer that has no place in the client's: its name, and why. The same one may be told often. */
  dropped?: (field: string, why: string) => void;
};

/** The side of a wire format that talks to a provider. */
export interface UpstreamDialect {
  readonly name: string;
  readonly operation: Operation;
  /**
   * Path below the base URL. `{model}` stands for the model's id, encoded; `{+model}` for the id with its slashes;
   * `{SOME_VARIABLE}` for a variable that the provider file names.
   */
  readonly path: string;
  /** Path of a streamed call, where it is another. */
  readonly streamPath?: string;
  /** Default: `sse`. */
  readonly framing?: Framing;
  /** The field that holds a token in a payload of a stream: most payloads differ in nothing else. */
  readonly tokenKey: string;
  /** A field behind the token that some providers fill with letters which mean nothing, to hide how long the token is. */
  readonly paddingKey?: string;
  /** What the format accepts where a provider file says nothing. */
  readonly rules: Rules;
  /** The closed list of habits a provider file may name. */
  readonly quirks: readonly string[];
  /** Whether a file at this URL must be fetched by the router and sent as bytes. Absent: the provider accepts URLs as they are. */
  needsBytes?(url: string, quirks: readonly string[]): boolean;
  /** @throws RouterError `invalid_request` naming the field, for content that the format has no place for. */
  render(call: FittedCall): Rendered;
  createDecoder(options: DecoderOptions): Decoder;
  /** A whole answer that came as one JSON document. */
  decodeBody(body: unknown, options: DecoderOptions): StreamEvent[];
  /** An error answer, its body parsed where it is JSON and as text where not. */
  parseError(status: number, body: unknown, header?: HeaderReader): RouterError;
}

/** What every format towards a provider has, whatever it is for. */
export type RenderingDialect = Pick<UpstreamDialect, 'name' | 'framing' | 'needsBytes' | 'render' | 'parseError'>;

/** The side of a format of embeddings that talks to a provider: one request, one document. */
export interface EmbeddingDialect extends Pick<UpstreamDialect, 'name' | 'path' | 'rules' | 'quirks' | 'render' | 'parseError'> {
  readonly operation: 'embeddings';
  /** Kinds of input it reads; default: all. */
  readonly prompts?: readonly PromptKind[];
  /** Most inputs of one call; default: no limit. */
  readonly maxInputs?: number;
  /** @throws RouterError for an answer that holds none. */
  decodeBody(body: unknown): EmbeddingResult;
}

/** Who serves a choice. */
export type ServedBy = {
  /** Public slug of the model; null = report what the upstream says. */
  slug: string | null;
  /** Id of the model at the upstream, for an upstream that does not name it. */
  upstreamModel: string;
  provider: string;
};

/** What an answer says about itself on every chunk. */
export type ResponseMeta = {
  /** Generation id, ours. */
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
  /** What is told at the end; read once, as late as possible. */
  finalMeta: () => FinalMeta;
};

/** What is told once the answer is over. */
export type FinalMeta = { adjustments: readonly Adjustment[]; metadata: JsonObject | null };

/** Events to the text of SSE frames. */
export interface Encoder {
  /** The frames of these events, as one text; empty when nothing is to be written yet. */
  push(events: readonly StreamEvent[]): string;
}

/** A path of a client format, below `/v1` and `/api/v1`. It takes POST; `/explain` in front of it explains the same body. */
type ClientRoute = { readonly path: string };

/** What an error response says besides the error. */
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
  /** Whether a body looks like one of this format. `/explain` asks the formats in order when its path names none. */
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

/** What an answer of embeddings says about itself. */
export type EmbeddingMeta = Pick<ResponseMeta, 'id' | 'servedBy' | 'finalMeta'>;

/** A client format for embeddings. */
export interface EmbeddingClientDialect extends ClientFormat {
  readonly operation: 'embeddings';
  /** The body in pieces, a vector each: all of it at once may be a hundred megabytes. */
  encodeBody(result: EmbeddingResult, meta: EmbeddingMeta, request: UnifiedRequest): Iterable<string>;
}

/** The side of a wire format that talks to a client. */
export type ClientDialect = TextClientDialect | EmbeddingClientDialect;
