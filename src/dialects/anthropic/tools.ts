/**
 * Tools, the choice among them, and response formats, which need a tool or an instruction where the model has no structured output
 * (@anthropic-ai/sdk 1.11.0, ToolUnion, ToolChoice, OutputConfig; Vercel AI SDK, packages/anthropic; read 2026-11-20).
 */
import { arrayOf, isObject, textOf, type JsonObject } from '../../unified/json.ts';
import type { Notes } from '../../unified/notes.ts';
import { JSON_BY_TOOL, NO_FORCED_TOOLS } from './rules.ts';
import { toStrictSchema } from './schema.ts';

/** What the answer has to look like. A schema that is null is any object. */
export type Format = { schema: JsonObject | null; description: string | null; way: 'native' | 'tool' | 'instruction' };

/** What becomes of tools and response format. */
export type RenderedTools = {
  tools: JsonObject[];
  toolChoice: JsonObject | null;
  /** `output_config.format`. */
  outputFormat: JsonObject | null;
  answerTool: string | null;
  /** To be added to the system text. */
  instruction: string | null;
};

type Asked = {
  parameters: Readonly<JsonObject>;
  quirks: readonly string[];
  format: Format | null;
  /** A tool can be forced: the model takes that, and does not think. */
  canForce: boolean;
  notes: Notes;
};

/** Whether the client wants a tool to be called, whatever the model thinks of it. */
export const isToolForced = ({ tool_choice: choice }: Readonly<JsonObject>): boolean =>
  choice === 'required' || (isObject(choice) && choice.type === 'function');

/** The format asked for, and the best way to it; null = none. Only an object can be the arguments of a tool. */
export function readFormat({ response_format: asked }: Readonly<JsonObject>, quirks: readonly string[]): Format | null {
  if (!isObject(asked) || (asked.type !== 'json_object' && asked.type !== 'json_schema')) return null;
  const given = asked.type === 'json_schema' && isObject(asked.json_schema) ? asked.json_schema : {};
  const schema = isObject(given.schema) ? given.schema : null;
  const isNative = schema !== null && !quirks.includes(JSON_BY_TOOL);
  const fitsTool = !quirks.includes(NO_FORCED_TOOLS) && (schema?.type ?? 'object') === 'object';
  return { schema, description: textOf(given.description), way: isNative ? 'native' : fitsTool ? 'tool' : 'instruction' };
}

/** Writes tools, tool choice and response format. */
export function renderTools({ parameters, quirks, format, canForce, notes }: Asked): RenderedTools {
  const offered = arrayOf(parameters.tools).flatMap((tool) => (isObject(tool) ? [renderTool(tool, quirks, notes)] : []));
  const isForced = isToolForced(parameters) && canForce;
  if (isToolForced(parameters) && !canForce) {
    const from = isObject(parameters.tool_choice) ? 'function' : parameters.tool_choice;
    notes.add('tool_choice', 'clamped', 'a model that thinks cannot be made to call a tool here', { from, to: 'auto' });
  }
  const rendered: RenderedTools = {
    tools: offered,
    toolChoice: choiceOf(parameters, canForce),
    outputFormat: null,
    answerTool: null,
    instruction: null,
  };
  if (format === null) return rendered;
  if (format.way === 'native' && format.schema !== null) {
    // The host has no field for a description beside the schema: it stands in it.
    const described = { ...(format.description === null ? {} : { description: format.description }), ...format.schema };
    const schema = toStrictSchema(described, 'response_format.json_schema.schema', notes);
    return { ...rendered, outputFormat: { type: 'json_schema', schema } };
  }
  if (isForced) {
    notes.add('response_format', 'dropped', 'a tool has to be called, so that there is no text that could have a format');
    return rendered;
  }
  return format.way === 'tool' && canForce
    ? answerByTool(rendered, format, parameters, notes)
    : answerByInstruction(rendered, format, notes);
}

/** Fields of a function that have a place on the wire. */
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict', 'cache_control']);

function renderTool(tool: JsonObject, quirks: readonly string[], notes: Notes): JsonObject {
  const { type, function: fn, ...more } = tool;
  if (type !== 'function' || !isObject(fn)) return tool; // the host's own tools
  for (const [field, value] of Object.entries(fn)) {
    if (!FUNCTION_FIELDS.has(field) && value != null) notes.add(`tools.function.${field}`, 'dropped', 'this host does not take the field');
  }
  const description = textOf(fn.description);
  const mark = tool.cache_control ?? fn.cache_control;
  const isStrict = fn.strict === true && !quirks.includes(JSON_BY_TOOL);
  if (fn.strict === true && !isStrict) notes.add('tools.function.strict', 'dropped', 'this model does not hold to a schema');
  const given: JsonObject = isObject(fn.parameters) ? fn.parameters : { properties: {} };
  const schema: JsonObject = { ...given, type: given.type ?? 'object' };
  return {
    ...more,
    name: fn.name,
    ...(description === null ? {} : { description }),
    input_schema: isStrict ? toStrictSchema(schema, 'tools.function.parameters', notes) : schema,
    ...(isStrict ? { strict: true } : {}),
    ...(mark == null ? {} : { cache_control: mark }),
  };
}

function choiceOf({ tool_choice: choice, parallel_tool_calls: parallel }: Readonly<JsonObject>, canForce: boolean): JsonObject | null {
  const native = nativeChoice(choice, canForce);
  if (parallel !== false || native?.type === 'none') return native;
  return { type: 'auto', ...native, disable_parallel_tool_use: true };
}

function nativeChoice(choice: unknown, canForce: boolean): JsonObject | null {
  if (choice === undefined) return null;
  const fn = isObject(choice) && isObject(choice.function) ? choice.function : null;
  if (choice === 'required' || fn !== null) {
    if (!canForce) return { type: 'auto' };
    return fn === null ? { type: 'any' } : { type: 'tool', name: fn.name };
  }
  return isObject(choice) ? { ...choice } : { type: choice };
}

/** The model has to call a tool: that of the answer, or one of the client's where there are any and it may. */
function answerByTool(rendered: RenderedTools, { schema, description }: Format, parameters: Readonly<JsonObject>, notes: Notes) {
  const taken = new Set(rendered.tools.map(({ name }) => name));
  let name = 'json';
  while (taken.has(name)) name += '_';
  const isAlone = taken.size === 0 || rendered.toolChoice?.type === 'none';
  const one = parameters.parallel_tool_calls === false || isAlone ? { disable_parallel_tool_use: true } : {};
  const among = isAlone ? '' : ', unless it calls one of the other tools';
  notes.add('response_format', 'emulated', `this model answers in JSON by a tool that it has to call${among}`);
  const tool: JsonObject = {
    name,
    description: description ?? 'Gives the answer to the user: the arguments are the whole answer.',
    input_schema: { ...schema, type: 'object' },
  };
  return {
    ...rendered,
    tools: [...rendered.tools, tool],
    toolChoice: { ...(isAlone ? { type: 'tool', name } : { type: 'any' }), ...one },
    answerTool: name,
  };
}

/** Where no tool can be forced, the model is told; it may not obey. */
function answerByInstruction(rendered: RenderedTools, { schema }: Format, notes: Notes): RenderedTools {
  notes.add('response_format', 'emulated', 'this model is told to answer in JSON, which nothing enforces');
  const kind = schema === null || schema.type === 'object' ? 'JSON object' : 'JSON value';
  const told = `Answer with one ${kind} and nothing else: no words around it, no code fence.`;
  return { ...rendered, instruction: schema === null ? told : `${told} It must match this JSON Schema: ${JSON.stringify(schema)}` };
}
