/**
 * What a Responses request decides about its answer: the tools as the client declared them, and the fields of the Response object that repeat
 * the request. `parse.ts` writes it, the encoder reads it.
 */
import type { JsonObject } from '../../../lib/json.ts';
import type { UnifiedRequest } from '../../../unified/request/request.ts';

/** A tool as the client declared it. A call of it is an item of its kind: `function_call`, `custom_tool_call` or `tool_search_call`. */
export type DeclaredTool = {
  readonly kind: 'function' | 'custom' | 'tool_search';
  /** The client's own name, without the namespace. */
  readonly name: string;
  /** Null = it is in no namespace. */
  readonly namespace: string | null;
};

/** Fields of the Response object that repeat the request, ready to write. A field that was not sent has OpenAI's default, or null. */
type ResponseEcho = {
  readonly background: boolean;
  readonly frequency_penalty: number;
  readonly instructions: string | null;
  readonly max_output_tokens: number | null;
  readonly max_tool_calls: number | null;
  readonly metadata: JsonObject;
  readonly parallel_tool_calls: boolean;
  readonly presence_penalty: number;
  readonly previous_response_id: string | null;
  readonly prompt_cache_key: string | null;
  readonly reasoning: { readonly effort: string | null; readonly summary: string | null } | null;
  readonly safety_identifier: string | null;
  /** The tier that was asked for. The tier in the answer has priority. */
  readonly service_tier: string;
  /** Always what is true: nothing is stored without a store. */
  readonly store: boolean;
  readonly temperature: number;
  /** `verbosity` is absent where none was sent. */
  readonly text: JsonObject;
  readonly tool_choice: unknown;
  readonly tools: readonly JsonObject[];
  readonly top_logprobs: number;
  readonly top_p: number;
  readonly truncation: 'auto' | 'disabled';
  /** Absent where none was sent: OpenAI's description has no null here. */
  readonly user?: string;
};

/** What the encoder reads. */
export type ResponsesAnswerOptions = {
  /** By the name that a call has in the events (`ns__name`). A tool that is not listed is a function of that name, in no namespace. */
  readonly tools: Readonly<Record<string, DeclaredTool>>;
  readonly echo: ResponseEcho;
  /** The answer is a compaction: an item of a Response, or the whole body of `/responses/compact`. Null = it is an ordinary answer. */
  readonly compaction: 'item' | 'object' | null;
};

/** The options of a request. Only the parser of this format makes requests for its encoder, and it always sets all of them. */
export const answerOptionsOf = ({ answerOptions }: Pick<UnifiedRequest, 'answerOptions'>): ResponsesAnswerOptions =>
  answerOptions as unknown as ResponsesAnswerOptions; // the unified request keeps them as an object that it does not read

/** Returns the tool that a call names. */
export function declaredTool({ tools }: Pick<ResponsesAnswerOptions, 'tools'>, name: string): DeclaredTool {
  return (Object.hasOwn(tools, name) ? tools[name] : undefined) ?? { kind: 'function', name, namespace: null };
}
