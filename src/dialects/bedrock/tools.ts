/**
 * `toolConfig`, and response formats, which need a tool where the model has no structured output (botocore 1.43.107, ToolConfiguration
 * and OutputConfig; Vercel AI SDK, packages/amazon-bedrock; read 2026-11-20). There is no choice "none" here, and a history with calls
 * must have its tools beside it.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../unified/json.ts';
import { noteTool } from './fields.ts';
import { cachePoint, hasToolBlocks, toolNamesIn, type WireMessage } from './messages.ts';
import type { Notes } from '../../unified/notes.ts';
import { CACHE_POINTS_ON_TOOLS, JSON_BY_TOOL, NO_FORCED_TOOLS } from './rules.ts';
import { toStrictSchema } from './schema.ts';

/** What becomes of tools and response format. */
export type RenderedTools = {
  toolConfig: JsonObject | null;
  /** `outputConfig.textFormat`. */
  textFormat: JsonObject | null;
  answerTool: string | null;
  /** A tool has to be called. */
  isForced: boolean;
  /** To be added to the system text. */
  instruction: string | null;
};

type Asked = { parameters: Readonly<JsonObject>; messages: readonly WireMessage[]; quirks: readonly string[]; notes: Notes };

/** Writes tools, tool choice and response format. @throws RouterError `invalid_request` for a tool that is no function. */
export function renderTools(asked: Asked): RenderedTools {
  const { parameters, quirks, notes } = asked;
  const canForce = !quirks.includes(NO_FORCED_TOOLS);
  const choice = canForce ? parameters.tool_choice : withoutForce(parameters.tool_choice, notes);
  const offered = offeredTools(asked);
  const format = isObject(parameters.response_format) ? parameters.response_format : {};
  const isMustCall = choice === 'required' || isObject(choice);
  const isSchema = format.type === 'json_schema';
  const byTool = format.type === 'json_object' || (isSchema && quirks.includes(JSON_BY_TOOL));
  if (byTool && isMustCall) {
    notes.add('response_format', 'dropped', 'it would be a tool that has to be called, and another one has to be');
  }
  const answer = byTool && !isMustCall && canForce ? answerTool(format, offered, notes) : null;
  const tools = [...offered, ...(answer === null ? [] : [answer.spec])];
  const toolChoice = answer === null ? choiceOf(choice) : offersTools(parameters) ? { any: {} } : { tool: { name: answer.name } };
  return {
    toolConfig: tools.length === 0 ? null : { tools, ...(toolChoice === null ? {} : { toolChoice }) },
    textFormat: isSchema && !byTool ? textFormat(format, notes) : null,
    answerTool: answer?.name ?? null,
    isForced: toolChoice !== null,
    instruction: byTool && !canForce ? instructionFor(format, notes) : null,
  };
}

/** The choice, where no tool can be forced. */
function withoutForce(choice: unknown, notes: Notes): unknown {
  if (choice !== 'required' && !isObject(choice)) return choice;
  const from = isObject(choice) ? 'function' : choice;
  notes.add('tool_choice', 'clamped', 'this model cannot be made to call a tool', { from, to: 'auto' });
  return 'auto';
}

/** Where no tool can be forced, the model is told; it may not obey. */
function instructionFor(format: JsonObject, notes: Notes): string {
  notes.add('response_format', 'emulated', 'this model is told to answer in JSON, which nothing enforces');
  const { schema } = schemaOf(format);
  const told = `Answer with one JSON ${schema.type === 'object' ? 'object' : 'value'} and nothing else: no words around it, no code fence.`;
  return format.type === 'json_schema' ? `${told} It must match this JSON Schema: ${JSON.stringify(schema)}` : told;
}

/** Whether the model may call the client's tools. */
const offersTools = ({ tools, tool_choice: choice }: Readonly<JsonObject>) => arrayOf(tools).length > 0 && choice !== 'none';

/** `auto` is what happens without a choice; said aloud, some models refuse it. */
function choiceOf(choice: unknown): JsonObject | null {
  if (choice === 'required') return { any: {} };
  return isObject(choice) && isObject(choice.function) ? { tool: { name: choice.function.name } } : null;
}

function offeredTools({ parameters, messages, quirks, notes }: Asked): JsonObject[] {
  const isNeeded = hasToolBlocks(messages);
  const tools = arrayOf(parameters.tools);
  if (tools.length > 0 && parameters.tool_choice === 'none') {
    if (!isNeeded) {
      notes.add('tool_choice', 'emulated', 'this host has no such choice: the tools are left out', { from: 'none' });
      return [];
    }
    const reason = 'this host has no such choice, and the calls in the history need their tools: the model may call them';
    notes.add('tool_choice', 'dropped', reason, { from: 'none' });
  }
  if (tools.length === 0 && isNeeded) {
    const reason = 'this host wants tools beside a history that has calls: stand-ins without parameters are sent';
    notes.add('tools', 'emulated', reason);
    return toolNamesIn(messages).map((name) => toolSpec(name, { type: 'object', properties: {} }));
  }
  return tools.flatMap((tool, position) => renderTool(tool, `tools[${position}]`, quirks, notes));
}

function renderTool(tool: unknown, place: string, quirks: readonly string[], notes: Notes): JsonObject[] {
  const offer = isObject(tool) ? tool : {};
  const { type, function: fn, cache_control: mark } = offer;
  if (type !== 'function' || !isObject(fn)) {
    throw new RouterError('invalid_request', `${place}: this provider takes only tools of type "function".`, { param: place });
  }
  noteTool(offer, notes);
  const given: JsonObject = isObject(fn.parameters) ? fn.parameters : { properties: {} };
  const open: JsonObject = { type: 'object', ...given };
  const isStrict = fn.strict === true && !quirks.includes(JSON_BY_TOOL);
  if (fn.strict === true && !isStrict) notes.add('tools.function.strict', 'dropped', 'this model does not hold to a schema');
  const schema = isStrict ? strict(open, 'tools.function.parameters', notes) : open;
  const spec = toolSpec(String(fn.name), schema, textOf(fn.description), isStrict);
  return [spec, ...cachePoint(mark ?? fn.cache_control, quirks.includes(CACHE_POINTS_ON_TOOLS), notes)];
}

function toolSpec(name: string, json: JsonObject, description: string | null = null, isStrict = false): JsonObject {
  const about = description === null || description.trim() === '' ? {} : { description };
  return { toolSpec: { name, ...about, inputSchema: { json }, ...(isStrict ? { strict: true } : {}) } };
}

function strict(schema: JsonObject, param: string, notes: Notes): JsonObject {
  const { schema: fit, changed } = toStrictSchema(schema);
  if (changed.length > 0) {
    notes.add(param, 'clamped', `strict output closes objects and knows nothing of some keywords: ${changed.join(', ')}`);
  }
  return fit;
}

/** The schema of a response format, under its name. */
function schemaOf(format: JsonObject): { name: string | null; description: string | null; schema: JsonObject } {
  const given = isObject(format.json_schema) ? format.json_schema : {};
  const schema: JsonObject = isObject(given.schema) ? given.schema : { type: 'object' };
  return { name: textOf(given.name), description: textOf(given.description), schema };
}

function textFormat(format: JsonObject, notes: Notes): JsonObject {
  const { name, description, schema } = schemaOf(format);
  const json = JSON.stringify(strict(schema, 'response_format.json_schema.schema', notes));
  return {
    type: 'json_schema',
    structure: { jsonSchema: { schema: json, ...(name === null ? {} : { name }), ...(description === null ? {} : { description }) } },
  };
}

function answerTool(format: JsonObject, offered: readonly JsonObject[], notes: Notes): { name: string; spec: JsonObject } {
  const { description, schema } = schemaOf(format);
  if (schema.type !== undefined && schema.type !== 'object') {
    const param = 'response_format.json_schema.schema';
    throw new RouterError('invalid_request', `${param}: this model can only answer with an object.`, { param });
  }
  const taken = new Set(offered.map((tool) => (isObject(tool.toolSpec) ? tool.toolSpec.name : null)));
  let name = 'json_answer';
  while (taken.has(name)) name += '_';
  notes.add('response_format', 'emulated', 'this model answers in JSON by a tool that it has to call');
  return { name, spec: toolSpec(name, { ...schema, type: 'object' }, description ?? 'Gives the answer to the user as JSON.') };
}
