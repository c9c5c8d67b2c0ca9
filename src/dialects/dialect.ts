/**
 * Interface of an upstream format: the side of a wire format that faces a provider. The other side is `client-dialect.ts`. Codecs are pure,
 * synchronous push parsers: they know no provider, do no I/O and hold no timer. Formats never import each other.
 */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import type { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import type { PromptKind } from '../unified/request/message.ts';
import type { Input, NativeRequest } from '../unified/request/request.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { AnswerMapping } from './shared/answer-mapping.ts';
import type { Rules } from '../unified/rule.ts';

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
  /** Template that converts chat messages to a prompt, for a provider of text completions. */
  template: TemplateName;
  /** Roles to rewrite, e.g. developer to system. */
  roles: Readonly<Record<string, string>>;
  /** Message fields that the provider accepts beyond the dialect's own; `-name` removes one. */
  messageFields: readonly string[];
  /** Quirks of the provider and the model, from the dialect's closed list. */
  quirks: readonly string[];
  /** The mark that the client sets for the whole request, where the format has no field for it: the router sets marks. Absent = none. */
  cacheMark?: JsonObject;
  /**
   * The client's own body, where the upstream has its format; a dialect of its own sends it (`nativeDialect` in `index.ts`), with `model` and
   * the edits of `input`. Absent = the upstream has another format.
   */
  native?: NativeRequest;
};

/** Names of the chat templates for text completions. */
export const TEMPLATE_NAMES = ['chatml', 'llama-3', 'mistral', 'gemma', 'plain'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** The provider, or some of its models, write reasoning into the text, between `<think>` and `</think>`. */
export const THINK_TAGS = 'think-tags';

/** A body ready to send, the changes made by rendering, and what must be reverted in the answer. */
export type RenderedRequest = {
  body: JsonObject;
  adjustments: Adjustment[];
  mapping?: AnswerMapping;
  /** Headers of the call that belong to its body, by lower-case name. Absent = none. */
  headers?: Readonly<Record<string, string>>;
  /** Path of the call, where it is not that of the endpoint's file. */
  path?: string;
  /** Path below that. Absent = none. */
  subPath?: string;
};

/** Converts upstream payloads to events. */
export interface Decoder {
  /** One payload: the data of an SSE event, a line of NDJSON, an AWS frame as `{"<event type>": payload}`. */
  push(payload: string): StreamEvent[];
}

/** How the payloads of a stream are separated. */
export type Framing = 'sse' | 'ndjson' | 'aws-event-stream';

/** Returns a response header by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

/** Options of a decoder. */
export type DecoderOptions = {
  /** Quirks of the provider. */
  quirks: readonly string[];
  /** The limit that was sent. A provider that sends no finish reason may have reached it. Absent = none was sent. */
  maxTokens?: number;
  /** Memory budget for what the decoder keeps. Absent = no limit, for tests. */
  budget?: AnswerBudget;
  /** Called for a part of the answer without an equivalent: its name and the reason. May be called repeatedly for the same part. */
  dropped?: (field: string, why: string) => void;
};

/** Asks a provider for the number of tokens of a request. */
export interface TokenCounter {
  /** Path below the base URL, as {@link UpstreamDialect.path}. A provider file may have another one. */
  readonly path: string;
  /** Writes the body from that of the request. */
  render(body: JsonObject, call: FittedCall): JsonObject;
  /** Reads the number from the answer; null = it is not there. */
  read(answer: JsonObject): number | null;
}

/** What an error response states. `code`: null = none. */
export type Refused = { code: string | null; message: string };

/** The upstream side of a wire format. */
export interface UpstreamDialect {
  readonly name: string;
  readonly operation: Operation;
  /**
   * Path below the base URL. `{model}` is replaced by the encoded model id, `{+model}` by the id with its slashes, `{SOME_VARIABLE}` by a
   * variable that the provider file names.
   */
  readonly path: string;
  /** Path of a streamed call, if it differs. */
  readonly streamPath?: string;
  /** Default: `sse`. */
  readonly framing?: Framing;
  /** The field with the token in a stream payload: most payloads differ only in it. */
  readonly tokenKey: string;
  /** A field after the token that some providers fill with random letters, to hide the length of the token. */
  readonly paddingKey?: string;
  /** Rules of the format, where a provider file has none. */
  readonly rules: Rules;
  /** The closed list of quirks that a provider file may name. */
  readonly quirks: readonly string[];
  /** True when the router must fetch a file at this URL and send bytes. Absent: the provider accepts URLs. */
  needsBytes?(url: string, quirks: readonly string[]): boolean;
  /** @throws RouterError `invalid_request` naming the field of unsupported content. */
  render(call: FittedCall): RenderedRequest;
  createDecoder(options: DecoderOptions): Decoder;
  /** Decodes a whole answer, one JSON document. */
  decodeBody(body: unknown, options: DecoderOptions): StreamEvent[];
  /** Reads an error response. `body` is parsed JSON, or text when it is not JSON. */
  parseError(status: number, body: unknown, header?: HeaderReader): RouterError;
  /** Absent = the format counts no tokens. */
  readonly counter?: TokenCounter;
  /** The body without state that an error rejects, sent once more; null for other errors, or where there is none of it. */
  repair?(body: JsonObject, refused: Refused): { body: JsonObject; adjustment: Adjustment } | null;
}

/** Parts that every upstream format has. */
export type RenderingDialect = Pick<UpstreamDialect, 'name' | 'framing' | 'needsBytes' | 'render' | 'parseError' | 'repair'>;

/** The upstream side of an embeddings format: one request, one document. */
export interface EmbeddingDialect extends Pick<UpstreamDialect, 'name' | 'path' | 'rules' | 'quirks' | 'render' | 'parseError'> {
  readonly operation: 'embeddings';
  /** Accepted kinds of input; default: all. */
  readonly prompts?: readonly PromptKind[];
  /** Most inputs of one call; default: no limit. */
  readonly maxInputs?: number;
  /** @throws RouterError for an answer without embeddings. */
  decodeBody(body: unknown): EmbeddingResult;
}
