/**
 * What an upstream format is: the side of a wire format that faces a provider. The other side is `client-dialect.ts`. Codecs are pure,
 * synchronous push parsers: they know no provider, do no I/O and hold no timer. Formats never import each other.
 */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import type { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import type { PromptKind } from '../unified/request/message.ts';
import type { Input } from '../unified/request/request.ts';
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
