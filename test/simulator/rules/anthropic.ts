// Anthropic, the Messages API in version 2023-06-01. Source: @anthropic-ai/sdk 0.137.0 and 1.11.0 (resources/messages), Anthropic's model
// migration guide, and error bodies seen in public. An unknown field anywhere is a 400. Most output tokens of a model are not judged.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, first, integer, isFields, listOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields, Shape } from '../checks.ts';
import { allOf } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { anthropicFormat, vertexFormat, writeAnthropicError } from '../wire-formats/anthropic.ts';
import { openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { modelLimits } from './anthropic-models.ts';

/** An object with these fields and no others. */
const strict = (fields: Shape['fields'], ...required: readonly string[]): Check => object({ fields, required, unknown: 'refuse' });

/** Objects distinguished by their type, each kind with its own shape. */
function kinds(shapes: Readonly<Record<string, Check>>): Check {
  const typed = object({ fields: { type: oneOf(...Object.keys(shapes)) }, required: ['type'], unknown: 'ignore' });
  return (value, path) => typed(value, path) ?? shapes[String((value as Fields)['type'])]?.(value, path) ?? null;
}

const type = text();
const mark = strict({ type: oneOf('ephemeral'), ttl: oneOf('5m', '1h') }, 'type');
const base64 = text(/^[A-Za-z0-9+/]+={0,2}$/u);
const url = strict({ type, url: text(/^https:/u) }, 'url');
const stored = strict({ type, file_id: text(/./u) }, 'file_id');
const imageType = oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp');

const textBlock = strict({ type, text: text(/\S/u), cache_control: mark, citations: listOf(anyObject, { max: 0 }) }, 'text');
const imageBlock = strict(
  {
    type,
    source: kinds({ base64: strict({ type, media_type: imageType, data: base64 }, 'media_type', 'data'), url, file: stored }),
    cache_control: mark,
  },
  'source',
);
const documentBlock = strict(
  {
    type,
    source: kinds({
      base64: strict({ type, media_type: oneOf('application/pdf'), data: base64 }, 'media_type', 'data'),
      text: strict({ type, media_type: oneOf('text/plain'), data: text() }, 'media_type', 'data'),
      url,
      file: stored,
    }),
    title: text(),
    context: text(),
    cache_control: mark,
  },
  'source',
);

/** A text, or blocks of these types. */
function content(shapes: Readonly<Record<string, Check>>): Check {
  const blocks = listOf(kinds(shapes), { min: 1 });
  // Distinguished first, so that an error inside a block is named and not "neither a string nor blocks".
  return (value, path) => (typeof value === 'string' ? text(/\S/u)(value, path) : blocks(value, path));
}

const id = text(/^[a-zA-Z0-9_-]+$/u);
const name = text(/^[a-zA-Z0-9_-]{1,128}$/u);
const seen = { text: textBlock, image: imageBlock, document: documentBlock };

const message: Check = (value, path) => {
  const user = content({
    ...seen,
    tool_result: strict({ type, tool_use_id: id, content: content(seen), is_error: boolean, cache_control: mark }, 'tool_use_id'),
  });
  const assistant = content({
    text: textBlock,
    thinking: strict({ type, thinking: text(), signature: text(/./u) }, 'thinking', 'signature'),
    redacted_thinking: strict({ type, data: text(/./u) }, 'data'),
    tool_use: strict({ type, id, name, input: anyObject, cache_control: mark }, 'id', 'name', 'input'),
  });
  const isAssistant = isFields(value) && value['role'] === 'assistant';
  return strict({ role: oneOf('user', 'assistant'), content: isAssistant ? assistant : user }, 'role', 'content')(value, path);
};

const refusedKeywords = (
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength ' +
  'maxItems uniqueItems minProperties maxProperties not oneOf'
).split(' ');
const textFormats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** A schema that output can be held to. */
const strictSchema: Check = (value, path) => {
  if (!isFields(value)) return null;
  const keyword = refusedKeywords.find((word) => value[word] !== undefined);
  if (keyword !== undefined) return complain(`For '${String(value['type'])}' type, property '${keyword}' is not supported`, path);
  if (value['type'] === 'object' && value['additionalProperties'] !== false)
    return complain("For 'object' type, 'additionalProperties' must be explicitly set to false", path);
  if (value['format'] !== undefined && !textFormats.has(String(value['format'])))
    return complain(`String format '${String(value['format'])}' is not supported`, path);
  if (value['minItems'] !== undefined && value['minItems'] !== 0 && value['minItems'] !== 1)
    return complain("For 'array' type, 'minItems' values other than 0 or 1 are not supported", path);
  if (/\(\?[=!<]|\\[1-9b]/u.test(String(value['pattern'])))
    return complain('Regex lookaround, backreferences and \\b are not supported', path);
  if (value['$ref'] === '#') return complain('Recursive schemas are not supported', path);
  const maps = ['properties', '$defs', 'definitions'].flatMap((word) => (isFields(value[word]) ? Object.values(value[word]) : []));
  const lists = ['anyOf', 'allOf'].flatMap((word) => (Array.isArray(value[word]) ? (value[word] as unknown[]) : []));
  return first([...maps, ...lists, value['items']].map((one) => () => strictSchema(one, path)));
};

/** The arguments of a tool are one object. */
const objectSchema: Check = (value, path) =>
  object({ fields: { type: oneOf('object') }, required: ['type'], unknown: 'ignore' })(value, path) ??
  (isFields(value) && ['oneOf', 'allOf', 'anyOf'].some((word) => value[word] !== undefined)
    ? complain(`${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`, path)
    : null);
const ownTool = strict(
  {
    type: oneOf('custom'),
    name,
    description: text(),
    input_schema: objectSchema,
    strict: boolean,
    cache_control: mark,
    eager_input_streaming: boolean,
  },
  'name',
  'input_schema',
);
/** The provider's tools have a date in their type. */
const hostTool = object({ fields: { type: text(/_\d{8}$/u), name }, required: ['type', 'name'], unknown: 'ignore' });

const tool: Check = (value, path) => {
  if (!isFields(value) || (value['type'] !== undefined && value['type'] !== 'custom')) return hostTool(value, path);
  return ownTool(value, path) ?? (value['strict'] === true ? strictSchema(value['input_schema'], `${path}.input_schema`) : null);
};

const alone = { disable_parallel_tool_use: boolean };
const display = oneOf('summarized', 'omitted');

/** Fields of the Messages API. */
export const fields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  max_tokens: integer({ min: 1 }),
  messages: listOf(message, { min: 1, max: 100_000 }),
  system: content({ text: textBlock }),
  stream: boolean,
  temperature: number({ min: 0, max: 1 }),
  top_p: number({ min: 0, max: 1 }),
  top_k: integer({ min: 0 }),
  stop_sequences: listOf(text(/\S/u)),
  metadata: strict({ user_id: text() }),
  service_tier: oneOf('auto', 'standard_only'),
  cache_control: mark,
  inference_geo: text(),
  container: anyObject,
  tools: listOf(tool, { min: 1 }),
  tool_choice: kinds({
    auto: strict({ type, ...alone }),
    any: strict({ type, ...alone }),
    tool: strict({ type, name, ...alone }, 'name'),
    none: strict({ type }),
  }),
  thinking: kinds({
    enabled: strict({ type, budget_tokens: integer({ min: 1024 }), display }, 'budget_tokens'),
    adaptive: strict({ type, display }),
    disabled: strict({ type }),
  }),
  output_config: strict({
    effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
    format: kinds({
      json_schema: strict({ type, schema: (value, path) => anyObject(value, path) ?? strictSchema(value, path) }, 'schema'),
    }),
  }),
};

const turnsOf = (body: Fields): Fields[] => (Array.isArray(body['messages']) ? body['messages'].filter(isFields) : []);

/** What stands in a field of the blocks of one type. */
const inBlocks = (turn: Fields | undefined, kind: string, field: string): unknown[] =>
  Array.isArray(turn?.['content'])
    ? turn['content'].filter(isFields).flatMap((block) => (block['type'] === kind ? [block[field]] : []))
    : [];

const userFirst: Together = (body) =>
  turnsOf(body)[0]?.['role'] === 'user' ? null : complain('messages: first message must use the "user" role', 'messages');

/** Every call is answered in the next message, and every answer has its call in the one before; answers come before other words. */
const pairs: Together = (body) => {
  const turns = turnsOf(body);
  return first(turns.map((turn, place) => () => pairsOf(turn, turns[place - 1], turns[place + 1], place)));
};

function pairsOf(turn: Fields, before: Fields | undefined, after: Fields | undefined, place: number): Complaint | null {
  const [calls, results] = [inBlocks(turn, 'tool_use', 'id'), inBlocks(turn, 'tool_result', 'tool_use_id')];
  const open = calls.find((call) => !inBlocks(after, 'tool_result', 'tool_use_id').includes(call));
  if (open !== undefined)
    return complain(
      `messages.${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${String(open)}.`,
      'messages',
    );
  const lone = results.find((result) => !inBlocks(before, 'tool_use', 'id').includes(result));
  if (lone !== undefined)
    return complain(`messages.${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(lone)}.`, 'messages');
  const types = Array.isArray(turn['content']) ? turn['content'].filter(isFields).map((block) => block['type']) : [];
  return results.length > 0 && types.lastIndexOf('tool_result') !== results.length - 1
    ? complain(`messages.${place}: \`tool_result\` blocks must come first.`, 'messages')
    : null;
}

const toolNames: Together = ({ tools, tool_choice: choice }) => {
  const names = Array.isArray(tools) ? tools.filter(isFields).map((one) => one['name']) : [];
  if (new Set(names).size < names.length) return complain('tools: Tool names must be unique.', 'tools');
  if (choice !== undefined && names.length === 0)
    return complain('tool_choice may only be specified while providing tools.', 'tool_choice');
  const isUnknown = isFields(choice) && choice['type'] === 'tool' && !names.includes(choice['name']);
  return isUnknown ? complain(`Tool '${String(choice['name'])}' not found in provided tools`, 'tool_choice') : null;
};

/** Rules between fields. */
export const together = allOf(userFirst, pairs, toolNames, modelLimits);

/** Anthropic, with its own wire format. */
export const anthropic: System = {
  slug: 'anthropic',
  needsKey: true,
  writeError: writeAnthropicError,
  wireFormat: anthropicFormat,
  habits: { ...openAiHabits, writeStreamError: writeAnthropicError },
  operations: {
    chat: {
      fields,
      required: ['model', 'max_tokens', 'messages'],
      unknown: 'refuse',
      together,
    },
  },
};

const { model: _model, inference_geo: _geo, container: _container, service_tier: _tier, cache_control: _mark, ...vertexFields } = fields;

/** An address of a file, a schema for the answer, a strict tool: what Vertex does not have, wherever it stands. */
function lacking(value: unknown, path: string): Complaint | null {
  if (Array.isArray(value)) return first(value.map((entry, at) => () => lacking(entry, `${path}.${at}`)));
  if (!isFields(value)) return null;
  if (path.endsWith('.source') && value['type'] === 'url') return complain(`${path}: URL sources are not supported`, path);
  return first(
    Object.entries(value).map(
      ([name, inner]) =>
        () =>
          lacking(inner, `${path}.${name}`),
    ),
  );
}

const onVertex: Together = (body, model) => {
  const { output_config: config, tools } = body;
  if (isFields(config) && config['format'] !== undefined) return complain('output_config.format: not allowed by policy', 'output_config');
  if (Array.isArray(tools) && tools.some((one) => isFields(one) && one['strict'] !== undefined))
    return complain('tools: strict: Extra inputs are not permitted', 'tools');
  return lacking(body['messages'], 'messages') ?? together({ ...body, model });
};

/**
 * Claude on Vertex: the model stands in the path, the version in the body. Source: @anthropic-ai/vertex-sdk 1.1.3 and
 * @ai-sdk/google-vertex 5.0.141 (src/anthropic), read 2026-11-30.
 */
export const vertexClaude: readonly System[] = ['rawPredict', 'streamRawPredict'].map((action) => ({
  ...anthropic,
  slug: `google-vertex/${action}`,
  wireFormat: vertexFormat,
  operations: {
    chat: {
      fields: { ...vertexFields, anthropic_version: oneOf('vertex-2023-10-16') },
      required: ['anthropic_version', 'max_tokens', 'messages'],
      unknown: 'refuse',
      together: onVertex,
    },
  },
}));
