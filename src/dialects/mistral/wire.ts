/** Names of the fields of Mistral's chat, so that the compiler finds a misspelt one. */
import { isObject as isJsonObject } from '../../lib/json.ts';

/** Every name that the router reads or writes, wherever it stands in a request, an answer or an error. */
type FieldName =
  | 'arguments'
  | 'choices'
  | 'content'
  | 'delta'
  | 'description'
  | 'detail'
  | 'document_url'
  | 'file_data'
  | 'file_id'
  | 'filename'
  | 'function'
  | 'id'
  | 'image_url'
  | 'input_audio'
  | 'json_schema'
  | 'message'
  | 'messages'
  | 'model'
  | 'name'
  | 'parameters'
  | 'prediction'
  | 'prefix'
  | 'prompt'
  | 'prompt_mode'
  | 'random_seed'
  | 'reasoning'
  | 'reasoning_content'
  | 'reasoning_details'
  | 'reference_ids'
  | 'references'
  | 'response_format'
  | 'role'
  | 'schema'
  | 'signature'
  | 'stream'
  | 'strict'
  | 'text'
  | 'thinking'
  | 'tool_call_id'
  | 'tool_calls'
  | 'tool_choice'
  | 'tools'
  | 'type'
  | 'url';

/** An object of the format. A field may be absent, and its value may be of any type until it is checked. */
export type WireObject = { [name in FieldName]?: unknown };

/** True for a plain JSON object (not null, not an array). */
export const isObject: (value: unknown) => value is WireObject = isJsonObject;
