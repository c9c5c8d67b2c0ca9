/** Names of the fields of Ollama's chat and embeddings, so that the compiler finds a misspelt one. */
import { isObject as isJsonObject } from '../../lib/json.ts';

/** Every name that the router reads or writes, wherever it stands in a request, an answer or an error. */
type FieldName =
  | 'arguments'
  | 'content'
  | 'description'
  | 'detail'
  | 'done'
  | 'done_reason'
  | 'eval_count'
  | 'format'
  | 'function'
  | 'id'
  | 'json_schema'
  | 'logprobs'
  | 'message'
  | 'messages'
  | 'model'
  | 'name'
  | 'parameters'
  | 'prompt_eval_count'
  | 'reasoning'
  | 'reasoning_content'
  | 'reasoning_details'
  | 'response'
  | 'role'
  | 'schema'
  | 'stream'
  | 'thinking'
  | 'tool_call_id'
  | 'tool_calls'
  | 'tools'
  | 'type'
  | 'url';

/** An object of the format. A field may be absent, and its value may be of any type until it is checked. */
export type WireObject = { [name in FieldName]?: unknown };

/** True for a plain JSON object (not null, not an array). */
export const isObject: (value: unknown) => value is WireObject = isJsonObject;
