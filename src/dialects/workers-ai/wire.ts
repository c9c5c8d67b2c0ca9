/** Names of the fields of Workers AI, so that the compiler finds a misspelt one. */
import { isObject as isJsonObject } from '../../lib/json.ts';

/** Every name that the router reads or writes, wherever it stands in a request, an answer or an error. */
type FieldName =
  | 'arguments'
  | 'chat_template_kwargs'
  | 'choices'
  | 'code'
  | 'content'
  | 'delta'
  | 'description'
  | 'detail'
  | 'error'
  | 'errors'
  | 'finish_reason'
  | 'function'
  | 'id'
  | 'image_url'
  | 'index'
  | 'json_schema'
  | 'message'
  | 'messages'
  | 'name'
  | 'parameters'
  | 'prompt'
  | 'properties'
  | 'reasoning'
  | 'reasoning_content'
  | 'refusal'
  | 'response'
  | 'response_format'
  | 'result'
  | 'schema'
  | 'stream'
  | 'stream_options'
  | 'strict'
  | 'text'
  | 'tool_calls'
  | 'tool_choice'
  | 'tools'
  | 'type'
  | 'url'
  | 'usage';

/** An object of the format. A field may be absent, and its value may be of any type until it is checked. */
export type WireObject = { [name in FieldName]?: unknown };

/** True for a plain JSON object (not null, not an array). */
export const isObject: (value: unknown) => value is WireObject = isJsonObject;
