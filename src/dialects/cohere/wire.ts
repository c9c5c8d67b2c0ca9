/** Names of the fields of Cohere's chat and embeddings, so that the compiler finds a misspelt one. */
import { isObject as isJsonObject } from '../../lib/json.ts';

/** Every name that the router reads or writes, wherever it stands in a request, an answer or an error. */
type FieldName =
  | 'arguments'
  | 'billed_units'
  | 'citations'
  | 'content'
  | 'delta'
  | 'description'
  | 'detail'
  | 'embeddings'
  | 'error'
  | 'finish_reason'
  | 'float'
  | 'frequency_penalty'
  | 'function'
  | 'id'
  | 'image_url'
  | 'index'
  | 'input_tokens'
  | 'logprobs'
  | 'message'
  | 'messages'
  | 'meta'
  | 'model'
  | 'name'
  | 'output_tokens'
  | 'parameters'
  | 'presence_penalty'
  | 'properties'
  | 'reasoning'
  | 'reasoning_content'
  | 'reasoning_details'
  | 'required'
  | 'response_format'
  | 'role'
  | 'search_units'
  | 'strict'
  | 'strict_tools'
  | 'text'
  | 'thinking'
  | 'tokens'
  | 'tool_call_id'
  | 'tool_calls'
  | 'tool_choice'
  | 'tool_plan'
  | 'tools'
  | 'type'
  | 'url'
  | 'usage';

/** An object of the format. A field may be absent, and its value may be of any type until it is checked. */
export type WireObject = { [name in FieldName]?: unknown };

/** True for a plain JSON object (not null, not an array). */
export const isObject: (value: unknown) => value is WireObject = isJsonObject;
