/** Maps the fields of a Responses body, except its input and tools, to unified parameters. Source: openai 7.59.0, ResponseCreateParams (read 2026-11-30). */
import { arrayOf, isObject, numberOf, type JsonObject } from '../../../lib/json.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { readName, readObject, wrongValue, type Located } from '../../shared/read-fields.ts';

/** Fields with the same name and meaning. The router's own fields and further parameters of models are accepted as well. */
export const SAME_FIELDS: readonly string[] = [
  'model',
  'stream',
  'temperature',
  'top_p',
  'top_logprobs',
  'presence_penalty',
  'frequency_penalty',
  'user',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'models',
  'provider',
  'route',
  'plugins',
  'transforms',
  'session_id',
  'debug',
  'preset',
  'trace',
  'top_k',
  'min_p',
  'top_a',
  'repetition_penalty',
  'seed',
  'stop',
  'logit_bias',
  'cache_control',
  'modalities',
  'image_config',
];

/** Fields that only OpenAI knows. Left out elsewhere, and reported. */
const ONLY_OPENAI: readonly string[] = ['moderation', 'image', 'access_programs', 'context_management'];

/** Entries of `include` that have a meaning in every format. */
const ENCRYPTED_REASONING = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

/** What `include` and `top_logprobs` ask for. Encrypted reasoning is in every answer, since nothing is stored. */
export type Included = { logprobs: boolean };

/** Reads `include`. @throws RouterError where it is no list. */
export function readIncluded({ include, top_logprobs: top }: JsonObject): Included {
  if (include != null && !Array.isArray(include)) throw wrongValue('include', include, 'an array');
  const asked = arrayOf(include);
  asked.forEach((entry, index) => {
    if (typeof entry !== 'string') throw wrongValue(`include[${index}]`, entry, 'a string');
  });
  return {
    logprobs: asked.includes(LOGPROBS) || (numberOf(top) ?? 0) > 0,
  };
}

/** Types of the fields that no parameter checks: they are repeated in the answer, or read by OpenAI alone. */
const TYPES: readonly [fields: readonly string[], isValid: (value: unknown) => boolean, expected: string][] = [
  [['store', 'background', 'parallel_tool_calls'], (value) => typeof value === 'boolean', 'true or false'],
  [['metadata', 'client_metadata', 'stream_options'], isObject, 'an object'],
  [['max_tool_calls'], Number.isInteger, 'an integer'],
];

function refuseWrongTypes(body: JsonObject): void {
  for (const [fields, isValid, expected] of TYPES)
    for (const field of fields) if (body[field] != null && !isValid(body[field])) throw wrongValue(field, body[field], expected);
}

/** Returns the unified parameters, unchecked. @throws RouterError naming a field of another type. */
export function unifiedFields(body: JsonObject, { logprobs }: Included): JsonObject {
  refuseWrongTypes(body);
  const fields: JsonObject = {};
  for (const name of SAME_FIELDS) if (body[name] != null) fields[name] = body[name];
  if (body['route'] === 'all')
    throw wrongValue('route', 'all', 'another value: a Response has one answer; use /chat/completions for several');
  const { max_output_tokens: limit, reasoning, text, truncation } = body;
  if (limit != null) fields['max_tokens'] = limit;
  if (logprobs) fields['logprobs'] = true;
  if (truncation != null && truncation !== 'auto' && truncation !== 'disabled')
    throw wrongValue('truncation', truncation, '"auto" or "disabled"');
  if (truncation === 'auto') fields['transforms'] ??= ['middle-out'];
  if (reasoning != null) Object.assign(fields, readReasoning(readObject(reasoning, 'reasoning')));
  if (text != null) Object.assign(fields, readTextOptions(readObject(text, 'text')));
  return fields;
}

/** How much of its reasoning the client wants to read has no place here: it gets all of it as summaries. */
function readReasoning({ effort, summary }: JsonObject): JsonObject {
  if (summary != null && typeof summary !== 'string') throw wrongValue('reasoning.summary', summary, 'a string');
  return effort == null ? {} : { reasoning: { effort } };
}

function readTextOptions({ format, verbosity }: JsonObject): JsonObject {
  const fields: JsonObject = verbosity == null ? {} : { verbosity };
  if (format == null) return fields;
  const given: Located = { value: readObject(format, 'text.format'), path: 'text.format' };
  const { type, ...schema } = given.value;
  if (type === 'json_schema') {
    readName(given, 'name');
    readObject(schema['schema'], 'text.format.schema');
    return { ...fields, response_format: { type, json_schema: schema } };
  }
  if (type !== 'text' && type !== 'json_object') throw wrongValue('text.format.type', type, '"text", "json_object" or "json_schema"');
  return type === 'text' ? fields : { ...fields, response_format: { type } };
}

/** What an upstream of another format does not get of these fields. */
export function nativeOnlyFields(body: JsonObject): NativeOnly[] {
  const { include, prompt, reasoning } = body;
  const left = ONLY_OPENAI.filter((name) => body[name] != null).map(leftOut);
  const included = arrayOf(include).filter((entry) => entry !== ENCRYPTED_REASONING && entry !== LOGPROBS);
  if (included.length > 0) left.push(leftOut('include'));
  if (isObject(reasoning) && reasoning['context'] != null) left.push(leftOut('reasoning.context'));
  if (prompt == null) return left;
  const reason = 'only OpenAI has stored prompts; send its text in `instructions` or `input`';
  return [{ param: 'prompt', otherwise: 'refuse', reason }, ...left];
}

const leftOut = (param: string): NativeOnly => ({ param, otherwise: 'drop', reason: 'only OpenAI has this' });
