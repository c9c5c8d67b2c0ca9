/**
 * Writes `toolConfig`, and response formats, which need a tool if the model has no structured output (botocore 1.43.107, ToolConfiguration
 * and OutputConfig; Vercel AI SDK, packages/amazon-bedrock; read 2026-11-20). There is no choice "none", and a history with tool calls
 * requires their tools.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { acceptsOnlyObjects } from '../shared/json-schema.ts';
import { createStrictSchemas, type StrictSchemas } from '../shared/strict-schema.ts';
import { asObject, describedTool, toldInDescription, toToolSchema } from '../shared/tool-schema.ts';
import { instructionFor, readRequestedFormat, schemaToCheck, type RequestedFormat } from '../../unified/request/format-instruction.ts';
import { reportToolFields } from './fields.ts';
import { markOfTool } from '../shared/cache-marks.ts';
import { cachePoint, hasToolBlocks, toolNamesIn, type WireMessage } from './messages.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { CACHE_POINTS_ON_TOOLS, JSON_BY_TOOL, NO_FORCED_TOOLS } from './rules.ts';

/** The rendered tools and response format. */
export type RenderedTools = {
  toolConfig: WireObject | null;
  /** `outputConfig.textFormat`. */
  textFormat: WireObject | null;
  answerTool: string | null;
  /** True when a tool call is required. */
  isForced: boolean;
  /** Text to add to the system text. */
  instruction: string | null;
  /** The schema that the router checks the answer against, because the provider does not enforce it. */
  schema: WireObject | null;
};

type ToolsRequest = { parameters: Readonly<WireObject>; messages: readonly WireMessage[]; quirks: readonly string[]; log: AdjustmentLog };

/** The same, and the strict schemas of the request. */
type StrictToolsRequest = ToolsRequest & { strict: StrictSchemas };

/** Writes tools, tool choice and response format. @throws RouterError `invalid_request` for a tool that is not a function. */
export function renderTools(given: ToolsRequest): RenderedTools {
  const asked = { ...given, strict: createStrictSchemas() };
  const { parameters, quirks, log } = asked;
  const canForce = !quirks.includes(NO_FORCED_TOOLS);
  const format = readRequestedFormat(parameters.response_format);
  const native = format === null ? null : nativeFormat(format, asked);
  const choice = canForce ? parameters.tool_choice : withoutForce(parameters.tool_choice, log);
  const offered = offeredTools(asked);
  const isMustCall = choice === 'required' || isObject(choice);
  const isOther = format !== null && (native === null || 'why' in native);
  if (isOther && isMustCall) {
    log.add({
      param: 'response_format',
      action: 'dropped',
      reason: 'a tool has to be called, so that there is no text that could have a format',
    });
  }
  const promptFormat = isOther && !isMustCall ? format : null;
  const reason = native !== null && 'why' in native ? `structured output here does not take ${native.why}: the model` : 'this model';
  const byTool = promptFormat !== null && canForce && canBeArguments(schemaToCheck(promptFormat));
  const answer = byTool ? answerTool(promptFormat, offered, { reason, log }) : null;
  if (promptFormat !== null && !byTool)
    log.add({
      param: 'response_format',
      action: 'emulated',
      reason: `${reason} is told to answer in JSON, which nothing enforces; the router checks the answer`,
    });
  const tools = [...offered, ...(answer === null ? [] : [answer.spec])];
  const toolChoice = answer === null ? choiceOf(choice) : offersTools(parameters) ? { any: {} } : { tool: { name: answer.name } };
  return {
    toolConfig: tools.length === 0 ? null : { tools, ...(toolChoice === null ? {} : { toolChoice }) },
    textFormat: native !== null && 'schema' in native && format !== null ? textFormat(format, native.schema, parameters) : null,
    answerTool: answer?.name ?? null,
    isForced: toolChoice !== null,
    instruction: promptFormat !== null && !byTool ? instructionFor(promptFormat) : null,
    schema: promptFormat === null ? null : byTool ? promptFormat.schema : schemaToCheck(promptFormat), // the arguments of a call are an object in any case
  };
}

/** True when a schema can be the arguments of a tool, which are always an object. */
const canBeArguments = (schema: WireObject) => acceptsOnlyObjects(schema, schema) && toToolSchema(schema).why === null;

/** Returns the schema for structured output, or why it is not accepted; null = no structured output, or any object. */
function nativeFormat(
  { kind, schema }: RequestedFormat,
  { quirks, strict }: StrictToolsRequest,
): { schema: WireObject } | { why: string } | null {
  if (kind === 'json_object' || quirks.includes(JSON_BY_TOOL)) return null;
  return strict.take(schema ?? { type: 'object' }, false);
}

/** Returns the choice when no tool call can be required. */
function withoutForce(choice: unknown, log: AdjustmentLog): unknown {
  if (choice !== 'required' && !isObject(choice)) return choice;
  const from = isObject(choice) ? 'function' : choice;
  log.add({ param: 'tool_choice', action: 'clamped', from, to: 'auto', reason: 'this model cannot be made to call a tool' });
  return 'auto';
}

/** True when the model may call the client's tools. */
const offersTools = ({ tools, tool_choice: choice }: Readonly<WireObject>) => arrayOf(tools).length > 0 && choice !== 'none';

/** Writes the choice. `auto` is the default and is omitted, because some models reject it. */
function choiceOf(choice: unknown): WireObject | null {
  if (choice === 'required') return { any: {} };
  return isObject(choice) && isObject(choice.function) ? { tool: { name: choice.function.name } } : null;
}

function offeredTools(asked: StrictToolsRequest): WireObject[] {
  const { parameters, messages, log } = asked;
  const isNeeded = hasToolBlocks(messages);
  const tools = arrayOf(parameters.tools);
  if (tools.length > 0 && parameters.tool_choice === 'none') {
    if (!isNeeded) {
      log.add({
        param: 'tool_choice',
        action: 'emulated',
        from: 'none',
        reason: 'this provider has no such choice: the tools are left out',
      });
      return [];
    }
    const reason = 'this provider has no such choice, and the calls in the history need their tools: the model may call them';
    log.add({ param: 'tool_choice', action: 'dropped', from: 'none', reason });
  }
  if (tools.length === 0 && isNeeded) {
    const reason = 'this provider requires tools beside a history that has calls: stand-ins without parameters are sent';
    log.add({ param: 'tools', action: 'emulated', reason });
    return toolNamesIn(messages).map((name) => toolSpec(name, { type: 'object', properties: {} }));
  }
  return tools.flatMap((tool, position) => renderTool(tool, `tools[${position}]`, asked));
}

function renderTool(tool: unknown, path: string, { quirks, strict, log }: StrictToolsRequest): WireObject[] {
  const offer = isObject(tool) ? tool : {};
  const { type, function: fn } = offer;
  if (type !== 'function' || !isObject(fn)) {
    throw new RouterError('invalid_request', `${path}: this provider accepts only tools of type "function".`, { param: path });
  }
  reportToolFields(offer, log);
  const given: WireObject = isObject(fn.parameters) ? fn.parameters : { properties: {} };
  const open: WireObject = asObject(given);
  const held = fn.strict !== true ? null : quirks.includes(JSON_BY_TOOL) ? NOT_STRICT : strict.take(open, true);
  const isStrict = held !== null && 'schema' in held;
  if (held !== null && 'why' in held)
    log.add({ param: 'tools.function.strict', action: 'dropped', from: fn.name, reason: `strict tools here do not take ${held.why}` });
  const lax = toToolSchema(open);
  if (!isStrict && lax.why !== null)
    log.add({ param: 'tools.function.parameters', action: 'emulated', from: fn.name, reason: toldInDescription(lax.why) });
  const description = isStrict || lax.why === null ? textOf(fn.description) : describedTool(textOf(fn.description), given);
  const spec = toolSpec(String(fn.name), isStrict ? held.schema : lax.schema, { description, isStrict });
  return [spec, ...(quirks.includes(CACHE_POINTS_ON_TOOLS) ? cachePoint(markOfTool(offer)) : [])];
}

type ToolNotes = { description?: string | null; isStrict?: boolean };

function toolSpec(name: string, json: WireObject, { description = null, isStrict = false }: ToolNotes = {}): WireObject {
  const about = description === null || description.trim() === '' ? {} : { description };
  return { toolSpec: { name, ...about, inputSchema: { json }, ...(isStrict ? { strict: true } : {}) } };
}

/** A model without strict tools. */
const NOT_STRICT = { why: 'schemas: this model does not hold to one' };

function textFormat({ description }: RequestedFormat, schema: WireObject, { response_format: format }: Readonly<WireObject>): WireObject {
  const given = isObject(format) && isObject(format.json_schema) ? format.json_schema : {};
  const name = textOf(given.name);
  const json = JSON.stringify(schema);
  return {
    type: 'json_schema',
    structure: { jsonSchema: { schema: json, ...(name === null ? {} : { name }), ...(description === null ? {} : { description }) } },
  };
}

function answerTool(
  { schema, description }: RequestedFormat,
  offered: readonly WireObject[],
  { reason, log }: { reason: string; log: AdjustmentLog },
): { name: string; spec: WireObject } {
  const taken = new Set(offered.map((tool) => (isObject(tool.toolSpec) ? tool.toolSpec.name : null)));
  let name = 'json_answer';
  while (taken.has(name)) name += '_';
  log.add({ param: 'response_format', action: 'emulated', reason: `${reason} answers in JSON by a tool that it has to call` });
  return {
    name,
    spec: toolSpec(
      name,
      { ...toToolSchema(schema ?? {}).schema, type: 'object' },
      { description: description ?? 'Gives the answer to the user as JSON.' },
    ),
  };
}
