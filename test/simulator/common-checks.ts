// Checks for values that several systems describe alike: prompts, messages, tools, stop sequences, rules between fields.
// Which system uses which one is said in rules/; must not import anything from src/ or providers/.

import {
  anyObject,
  boolean,
  complain,
  either,
  first,
  integer,
  isFields,
  listOf,
  mapOf,
  nullable,
  number,
  object,
  oneOf,
  text,
} from './checks.ts';
import type { Check, Complaint, Fields } from './checks.ts';

/** A rule about several fields of one body; `model` where the path names it. */
export type Together = (body: Fields, model?: string | null) => Complaint | null;

const tokenList = listOf(integer({ min: 0 }), { min: 1 });

/** A prompt as a string, strings, token ids, or lists of token ids. */
export const anyPrompt: Check = either(
  'a string, an array of strings, an array of tokens, or an array of token arrays',
  text(),
  listOf(text(), { min: 1 }),
  tokenList,
  listOf(tokenList, { min: 1 }),
);

/** One stop sequence or several; `max` bounds how many. */
export function stop(max = Infinity): Check {
  const what = max === Infinity ? 'a string or an array of strings' : `a string or an array of at most ${max} strings`;
  return either(what, text(), listOf(text(/./su), { min: 1, max }));
}

/** A logit bias keyed by token id. */
export const tokenIdBias: Check = mapOf(number({ min: -100, max: 100 }), /^\d+$/u);

/** A logit bias keyed by "tokens", which the document does not define further. */
export const tokenBias: Check = mapOf(number({ min: -100, max: 100 }));

/** `stream_options` as OpenAI writes it. */
export const streamOptions: Check = object({ fields: { include_usage: boolean, include_obfuscation: boolean }, unknown: 'refuse' });

const toolName = text(/^[A-Za-z0-9_-]{1,64}$/u);

/** What a system accepts inside `messages`. */
export interface MessageWords {
  readonly roles: readonly string[];
  readonly parts: readonly string[];
  readonly unknown: 'refuse' | 'ignore';
  /** Most characters of the id of a call. */
  readonly longestId?: number;
}

/** A conversation of at least one message. */
export function messages(words: MessageWords): Check {
  const shape = object({
    fields: {
      role: oneOf(...words.roles),
      content: nullable(
        either(`a string or parts of type ${words.parts.join(', ')}`, text(), listOf(contentPart(words.parts), { min: 1 })),
      ),
      name: text(),
      tool_calls: listOf(toolCall(words.longestId ?? 64), { min: 1 }),
      tool_call_id: text(),
      refusal: nullable(text()),
      audio: nullable(anyObject),
    },
    required: ['role'],
    unknown: words.unknown,
  });
  return listOf((value, path) => shape(value, path) ?? completeMessage(value as Fields, path), { min: 1 });
}

/**
 * Every call has its result right behind it, every result its call before it, and no id stands for two calls. Not a part of
 * {@link messages}: the provider itself refuses a request that lacks a result.
 */
export function answeredCalls(list: readonly Fields[], path: string): Complaint | null {
  const seen = new Set<unknown>();
  let open = new Set<unknown>();
  for (const [position, message] of list.entries()) {
    const at = `${path}[${position}]`;
    if (message['role'] === 'tool') {
      if (!open.delete(message['tool_call_id']))
        return complain("Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.", at);
      continue;
    }
    if (open.size > 0)
      return complain("An assistant message with 'tool_calls' must be followed by tool messages responding to each one.", at);
    const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as Fields[]) : [];
    open = new Set(calls.map((call) => call['id']));
    if (open.size < calls.length || calls.some((call) => seen.has(call['id']))) return complain('Duplicate tool call id.', at);
    for (const id of open) seen.add(id);
  }
  return open.size > 0 ? complain("An assistant message with 'tool_calls' must be followed by tool messages.", path) : null;
}

/** Only an assistant that calls tools may be silent; a tool result says which call it answers. */
function completeMessage(message: Fields, path: string): Complaint | null {
  const mayBeSilent = message['role'] === 'assistant' && (message['tool_calls'] !== undefined || message['refusal'] !== undefined);
  if (typeof message['content'] !== 'string' && !Array.isArray(message['content']) && !mayBeSilent) {
    return complain(`Invalid value for '${path}.content': expected a string, got null.`, `${path}.content`, 'invalid_value');
  }
  if (message['role'] === 'tool' && Array.isArray(message['content'])) {
    const strange = (message['content'] as Fields[]).find((part) => part['type'] !== 'text');
    if (strange !== undefined)
      return complain(`Invalid value: '${String(strange['type'])}'. Supported values are: 'text'.`, `${path}.content`);
  }
  if (message['role'] === 'tool' && message['tool_call_id'] === undefined) {
    return complain(`Missing required parameter: '${path}.tool_call_id'.`, `${path}.tool_call_id`, 'missing_required_parameter');
  }
  return null;
}

const toolCall = (longestId: number): Check =>
  object({
    fields: {
      id: text(new RegExp(`^.{1,${longestId}}$`, 'su')),
      type: oneOf('function'),
      function: object({ fields: { name: toolName, arguments: text(/./su) }, required: ['name', 'arguments'], unknown: 'refuse' }),
    },
    required: ['id', 'type', 'function'],
    unknown: 'refuse',
  });

const link = object({ fields: { url: text(/./su) }, required: ['url'], unknown: 'ignore' });

/** Each part keeps its payload in a field named after its type. */
const partPayloads: Readonly<Record<string, Check>> = {
  text: text(),
  refusal: text(),
  image_url: link,
  video_url: link,
  input_audio: object({ fields: { data: text(), format: text() }, required: ['data', 'format'], unknown: 'ignore' }),
  file: anyObject,
};

function contentPart(types: readonly string[]): Check {
  const typed = object({ fields: { type: oneOf(...types) }, required: ['type'], unknown: 'ignore' });
  return (value, path) => {
    const complaint = typed(value, path);
    if (complaint !== null || !isFields(value)) return complaint;
    const type = String(value['type']);
    return object({ fields: { [type]: partPayloads[type] ?? anyObject }, required: [type], unknown: 'ignore' })(value, path);
  };
}

/** Function tools; other kinds are refused. */
export const tools: Check = listOf(
  object({
    fields: {
      type: oneOf('function'),
      function: object({
        fields: { name: toolName, description: text(), parameters: anyObject, strict: boolean },
        required: ['name'],
        unknown: 'refuse',
      }),
    },
    required: ['type', 'function'],
    unknown: 'refuse',
  }),
  { min: 1 },
);

/** `none`, `auto`, `required`, or one function by name. */
export const toolChoice: Check = either(
  'none, auto, required or {type: function, function: {name}}',
  oneOf('none', 'auto', 'required'),
  object({
    fields: { type: oneOf('function'), function: object({ fields: { name: toolName }, required: ['name'], unknown: 'refuse' }) },
    required: ['type', 'function'],
    unknown: 'refuse',
  }),
);

const jsonSchema = object({
  fields: { name: toolName, description: text(), schema: anyObject, strict: boolean },
  required: ['name'],
  unknown: 'refuse',
});

/** A response format of one of the listed types; `json_schema` must bring its schema. */
export function responseFormat(...types: readonly string[]): Check {
  const shape = object({ fields: { type: oneOf(...types), json_schema: jsonSchema }, required: ['type'], unknown: 'ignore' });
  const withSchema = object({ fields: {}, required: ['json_schema'], unknown: 'ignore' });
  return (value, path) => shape(value, path) ?? (isFields(value) && value['type'] === 'json_schema' ? withSchema(value, path) : null);
}

/** `stream_options` is only for streams. */
export const streamOptionsNeedStream: Together = (body) =>
  body['stream_options'] !== undefined && body['stream'] !== true
    ? complain("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
    : null;

/** `top_logprobs` only refines `logprobs: true`. */
export const topLogprobsNeedLogprobs: Together = (body) =>
  body['top_logprobs'] !== undefined && body['logprobs'] !== true
    ? complain("Invalid value for 'top_logprobs': 'logprobs' must be true when it is used.", 'top_logprobs')
    : null;

/** The field makes no sense in a request without tools. */
export function needsTools(field: string): Together {
  return (body) =>
    body[field] !== undefined && body['tools'] === undefined
      ? complain(`Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`, field)
      : null;
}

/** A function forced by name is among the tools. */
export const namedToolExists: Together = (body) => {
  const wanted = pluck(body['tool_choice'], 'function', 'name');
  if (wanted === undefined || !Array.isArray(body['tools'])) return null;
  return body['tools'].some((tool) => pluck(tool, 'function', 'name') === wanted)
    ? null
    : complain(`Tool choice '${String(wanted)}' not found in 'tools' parameter.`, 'tool_choice');
};

function pluck(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (isFields(inner) ? inner[name] : undefined), value);
}

/** `best_of` candidates must be enough to choose `n` from; `n` counts as 1 when it is not sent. */
export const bestOfAtLeastN: Together = (body) => {
  const { best_of: bestOf, n = 1 } = body;
  return typeof bestOf === 'number' && typeof n === 'number' && bestOf < n
    ? complain("'best_of' must be greater than or equal to 'n'.", 'best_of')
    : null;
};

/** Joins rules between fields into one. */
export function allOf(...rules: readonly Together[]): Together {
  return (body, model) => first(rules.map((rule) => () => rule(body, model)));
}
