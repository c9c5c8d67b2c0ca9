/**
 * Normalizes a request body once, before it is checked: values with the same meaning get one spelling. A body that needs no change is not
 * copied. Invalid values are left to the check, which names the field.
 */
import type { Adjustment } from '../adjustment.ts';
import { RouterError } from '../error.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { normalizeMessages } from './normal-messages.ts';
import { createAdjustmentLog } from '../adjustment-log.ts';
import type { Operation } from './parameters.ts';

/** @throws RouterError `invalid_request` naming a legacy tool field, because the client would not find the newer name in its body. */
export function normalizeRequest(operation: Operation, body: JsonObject, adjustments: Adjustment[]): JsonObject {
  const changed: JsonObject = {};
  if (operation === 'embeddings') normalInputType(body, changed);
  else {
    if (body['functions'] != null || body['function_call'] != null) readLegacyTools(body, changed, adjustments);
    const { tools = body['tools'], tool_choice: choice = body['tool_choice'] } = changed;
    if (Array.isArray(tools)) setChanged(changed, body, { tools: normalTools(tools) });
    if (choice != null) setChanged(changed, body, { tool_choice: normalChoice(choice) });
    if (isObject(body['response_format'])) setChanged(changed, body, { response_format: normalFormat(body['response_format']) });
  }
  if (operation === 'chat' && Array.isArray(body['messages'])) {
    setChanged(changed, body, { messages: normalizeMessages(body['messages'], createAdjustmentLog(adjustments, true)) });
  }
  return Object.keys(changed).length === 0 ? body : { ...body, ...changed };
}

function setChanged(changed: JsonObject, body: JsonObject, fields: JsonObject): void {
  for (const [field, value] of Object.entries(fields)) if (value !== body[field]) changed[field] = value;
}

/** Converts `functions` and `function_call` to their successors `tools` and `tool_choice` (OpenAI's reference, read 2026-11-20). */
function readLegacyTools(body: JsonObject, changed: JsonObject, adjustments: Adjustment[]): void {
  const { functions, function_call: choice } = body;
  Object.assign(changed, { functions: null, function_call: null });
  for (const [older, newer] of [
    ['functions', 'tools'],
    ['function_call', 'tool_choice'],
  ] as const) {
    if (body[older] == null) continue;
    const isSet = body[newer] != null;
    const reason = isSet
      ? `${newer} is set as well and has priority`
      : `${newer} replaces it: calls are returned as tool_calls, the first one also as function_call`;
    adjustments.push({ param: older, action: isSet ? 'dropped' : 'renamed', ...(isSet ? {} : { to: newer }), reason });
  }
  if (functions != null && body['tools'] == null) changed['tools'] = readFunctions(functions);
  if (choice == null || body['tool_choice'] != null) return;
  const isNamed = isObject(choice) && typeof choice['name'] === 'string';
  if (choice !== 'auto' && choice !== 'none' && !isNamed) throw createFieldError('function_call', 'expected "none", "auto" or {name}');
  changed['tool_choice'] = isNamed ? { type: 'function', function: { name: choice['name'] } } : choice;
}

function readFunctions(functions: unknown): JsonObject[] {
  if (!Array.isArray(functions)) throw createFieldError('functions', 'expected an array');
  return functions.map((fn: unknown, position) => {
    if (!isObject(fn) || typeof fn['name'] !== 'string')
      throw createFieldError(`functions[${position}]`, 'expected {name, description, parameters}');
    return { type: 'function', function: fn };
  });
}

const createFieldError = (param: string, expected: string) => new RouterError('invalid_request', `${param}: ${expected}.`, { param });

/** Removes null fields from tools; some libraries write them for absent values. */
function normalTools(tools: readonly unknown[]): readonly unknown[] {
  const normal = tools.map((tool) => {
    if (!isObject(tool)) return tool;
    const { function: fn } = tool;
    if (!isObject(fn)) return withoutNulls(tool);
    const plain = withoutNulls(fn);
    if (plain === fn && tool['type'] != null) return withoutNulls(tool);
    return { ...withoutNulls(tool), type: tool['type'] ?? 'function', function: plain };
  });
  return normal.some((tool, position) => tool !== tools[position]) ? normal : tools;
}

function withoutNulls(given: JsonObject): JsonObject {
  if (!Object.values(given).includes(null)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

const CHOICES: ReadonlySet<unknown> = new Set(['auto', 'none', 'required']);

/**
 * Converts a tool choice to the form of chat completions, a text where no name is needed. `any` (Anthropic, Mistral) becomes `required`;
 * `{type: "tool", name}` (Anthropic) and `{type: "function", name}` (Responses) become the choice of a function.
 */
function normalChoice(choice: unknown): unknown {
  if (choice === 'any') return 'required';
  if (!isObject(choice)) return choice;
  const { type, name, function: fn } = choice;
  if (type === 'any') return 'required';
  if (CHOICES.has(type)) return type;
  if (type === undefined && isObject(fn)) return { type: 'function', ...choice };
  if ((type === 'tool' || type === 'function') && typeof name === 'string' && fn === undefined)
    return { type: 'function', function: { name } };
  return choice;
}

/** Normalizes `response_format`. `text` is the default, so it becomes null. */
function normalFormat(format: JsonObject): JsonObject | null {
  if (format['type'] === 'text') return null;
  if (!isObject(format['json_schema'])) return format;
  const schema = withoutNulls(format['json_schema']);
  return schema === format['json_schema'] ? format : { ...format, json_schema: schema };
}

/** Values of `input_type` at other services, in lower case, mapped to OpenRouter's, which are Cohere's. */
const INPUT_TYPES: Readonly<Record<string, string>> = {
  search_query: 'search_query',
  search_document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  semantic_similarity: 'semantic_similarity',
  question_answering: 'question_answering',
  fact_verification: 'fact_verification',
  code_retrieval_query: 'code_retrieval_query',
  query: 'search_query',
  retrieval_query: 'search_query',
  'retrieval.query': 'search_query',
  question: 'search_query',
  document: 'search_document',
  passage: 'search_document',
  retrieval_document: 'search_document',
  'retrieval.passage': 'search_document',
  similarity: 'semantic_similarity',
  sts: 'semantic_similarity',
  'text-matching': 'semantic_similarity',
  separation: 'clustering',
};

function normalInputType(body: JsonObject, changed: JsonObject): void {
  if (typeof body['input_type'] !== 'string') return;
  const word = body['input_type'].toLowerCase();
  if (Object.hasOwn(INPUT_TYPES, word)) setChanged(changed, body, { input_type: INPUT_TYPES[word] });
}
