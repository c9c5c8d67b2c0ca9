/**
 * Tools, tool choice and response formats (generativelanguage v1beta protos, Tool and ToolConfig; @google/genai 2.32.0; read 2026-11-20).
 * Models before Gemini 3 refuse a response format beside tools: there a tool that has to be called stands for it.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../unified/json.ts';
import { JSON_BY_TOOL } from './rules.ts';
import { toGeminiSchema } from './schema.ts';
import type { Writing } from './writing.ts';

/** What becomes of them: members of the body, members of `generationConfig`, and the tool that stands for the answer. */
export type RenderedTools = { tools?: JsonObject[]; toolConfig?: JsonObject; generationConfig: JsonObject; answerTool: string | null };

/** Writes them. @throws RouterError `invalid_request` for a tool that is no function. */
export function renderTools(parameters: Readonly<JsonObject>, writing: Writing): RenderedTools {
  const choice = parameters.tool_choice;
  const declared = arrayOf(parameters.tools).map((tool, position) => declare(tool, `tools[${position}]`, writing));
  const asked = parameters.response_format;
  const format = isObject(asked) && asked.type !== 'text' ? asked : null;
  const plain: RenderedTools = { ...offer(declared, modeOf(choice)), generationConfig: {}, answerTool: null };
  if (format === null) return plain;
  if (declared.length === 0 || !writing.quirks.includes(JSON_BY_TOOL)) return { ...plain, generationConfig: formatOf(format, writing) };
  if (choice === 'none') {
    const reason = 'this model takes no tools beside a response format, and none may be called';
    writing.note({ param: 'tools', action: 'dropped', reason });
    return { generationConfig: formatOf(format, writing), answerTool: null };
  }
  if (choice === 'required' || isObject(choice)) {
    writing.note({ param: 'response_format', action: 'dropped', reason: 'a tool has to be called, and this model takes one or the other' });
    return plain;
  }
  const answer = answerTool(format, declared, writing);
  return { ...offer([...declared, answer], { mode: 'ANY' }), generationConfig: {}, answerTool: String(answer.name) };
}

function offer(functionDeclarations: JsonObject[], mode: JsonObject | null): Pick<RenderedTools, 'tools' | 'toolConfig'> {
  if (functionDeclarations.length === 0) return {};
  return { tools: [{ functionDeclarations }], ...(mode === null ? {} : { toolConfig: { functionCallingConfig: mode } }) };
}

/** Null: the client said nothing. */
function modeOf(choice: unknown): JsonObject | null {
  if (typeof choice === 'string') return { mode: choice === 'required' ? 'ANY' : choice.toUpperCase() };
  if (!isObject(choice) || !isObject(choice.function)) return null;
  return { mode: 'ANY', allowedFunctionNames: [String(choice.function.name)] };
}

function declare(tool: unknown, place: string, writing: Writing): JsonObject {
  const { type, function: fn, cache_control: mark } = isObject(tool) ? tool : {};
  if (type !== 'function' || !isObject(fn)) {
    throw new RouterError('invalid_request', `${place}: this provider takes only tools of type "function".`, { param: place });
  }
  if (fn.strict === true) writing.note({ param: 'tools.function.strict', action: 'dropped', reason: 'this host has no such field' });
  if (isObject(mark ?? fn.cache_control)) {
    writing.note({ param: 'cache_control', action: 'dropped', reason: 'this host caches by itself and takes no marks' });
  }
  const description = textOf(fn.description);
  return {
    name: String(fn.name),
    ...(description === null ? {} : { description }),
    ...(isObject(fn.parameters) ? { parametersJsonSchema: fitSchema(fn.parameters, 'tools', writing) } : {}),
  };
}

function fitSchema(given: JsonObject, param: string, writing: Writing): JsonObject {
  const { schema, removed } = toGeminiSchema(given);
  if (removed.length > 0) {
    writing.note({ param, action: 'dropped', reason: `JSON Schema that this host does not take where it stands: ${removed.join(', ')}` });
  }
  return schema;
}

/** The schema of a response format; null where there is none. */
function schemaOf(format: JsonObject, writing: Writing): JsonObject | null {
  const { schema, description } = isObject(format.json_schema) ? format.json_schema : {};
  if (textOf(description) !== null) {
    writing.note({ param: 'response_format.json_schema.description', action: 'dropped', reason: 'this host has no such field' });
  }
  return format.type === 'json_schema' && isObject(schema) ? fitSchema(schema, 'response_format', writing) : null;
}

/** A schema without the mime type is refused. */
function formatOf(format: JsonObject, writing: Writing): JsonObject {
  const schema = schemaOf(format, writing);
  return { responseMimeType: 'application/json', ...(schema === null ? {} : { responseJsonSchema: schema }) };
}

function answerTool(format: JsonObject, declared: readonly JsonObject[], writing: Writing): JsonObject {
  const schema = schemaOf(format, writing) ?? { type: 'object' };
  if (schema.type !== undefined && schema.type !== 'object') {
    const param = 'response_format.json_schema.schema';
    throw new RouterError('invalid_request', `${param}: beside tools this model can only answer with an object.`, { param });
  }
  const taken = new Set(declared.map((tool) => tool.name));
  let name = 'json_answer';
  while (taken.has(name)) name += '_';
  const reason = 'this model takes no response format beside tools: it answers by a tool, and has to call one';
  writing.note({ param: 'response_format', action: 'emulated', reason });
  return { name, description: 'Gives the final answer to the user.', parametersJsonSchema: schema };
}
