/**
 * Writes tools, tool choice and response formats (generativelanguage v1beta protos, Tool and ToolConfig; @google/genai 2.32.0; read
 * 2026-11-20). Models before Gemini 3 reject a response format together with tools: a required tool call replaces the format there.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { acceptsOnlyObjects } from '../shared/json-schema.ts';
import { describedTool, toldInDescription } from '../shared/tool-schema.ts';
import { instructionFor, readRequestedFormat, schemaToCheck, type RequestedFormat } from '../../unified/request/format-instruction.ts';
import { JSON_BY_TOOL } from './rules.ts';
import { toGeminiSchema, toToolSchema } from './schema.ts';
import type { WriteContext } from './write-context.ts';

/** The rendered tools and response format. */
export type RenderedTools = {
  /** Members of the body. */
  offered: { tools?: WireObject[]; toolConfig?: WireObject };
  /** Members of `generationConfig`. */
  config: WireObject;
  /** The tool that replaces the response format. */
  answerTool: string | null;
  /** Text to add to the system text. */
  instruction: string | null;
  /** The schema that the router checks the answer against, because the provider does not enforce it. */
  schema: WireObject | null;
};

/** Writes them. @throws RouterError `invalid_request` for a tool that is not a function. */
export function renderTools(parameters: Readonly<WireObject>, writing: WriteContext): RenderedTools {
  const choice = parameters.tool_choice;
  const declared = arrayOf(parameters.tools).map((tool, position) => declare(tool, `tools[${position}]`, writing));
  const format = readRequestedFormat(parameters.response_format);
  const offered = offer(declared, modeOf(choice));
  const plain: RenderedTools = { offered, config: {}, answerTool: null, instruction: null, schema: null };
  if (format === null) return plain;
  if (declared.length === 0 || !writing.quirks.includes(JSON_BY_TOOL)) return { ...plain, ...formatOf(format, writing) };
  if (choice === 'none') {
    const reason = 'this model accepts no tools beside a response format, and none may be called';
    writing.log.add({ param: 'tools', action: 'dropped', reason });
    return { ...plain, offered: {}, ...formatOf(format, writing) };
  }
  if (choice === 'required' || isObject(choice)) {
    writing.log.add({
      param: 'response_format',
      action: 'dropped',
      reason: 'a tool has to be called, and this model accepts one or the other',
    });
    return plain;
  }
  if (format.schema !== null && !acceptsOnlyObjects(format.schema, format.schema)) {
    const reason = 'this model accepts no response format beside tools, and a tool can only answer with an object: the model is told of it';
    writing.log.add({ param: 'response_format', action: 'emulated', reason: `${reason}, and the router checks the answer` });
    return { ...plain, instruction: instructionFor(format), schema: schemaToCheck(format) };
  }
  const answer = answerTool(format, declared, writing);
  const { schema } = format; // the arguments of a call are an object in any case
  return { ...plain, offered: offer([...declared, answer], { mode: 'ANY' }), answerTool: String(answer.name), schema };
}

function offer(functionDeclarations: WireObject[], mode: WireObject | null): RenderedTools['offered'] {
  if (functionDeclarations.length === 0) return {};
  return { tools: [{ functionDeclarations }], ...(mode === null ? {} : { toolConfig: { functionCallingConfig: mode } }) };
}

/** Returns the mode of a tool choice; null = none was sent. */
function modeOf(choice: unknown): WireObject | null {
  if (typeof choice === 'string') return { mode: choice === 'required' ? 'ANY' : choice.toUpperCase() };
  if (!isObject(choice) || !isObject(choice.function)) return null;
  return { mode: 'ANY', allowedFunctionNames: [String(choice.function.name)] };
}

function declare(tool: unknown, path: string, writing: WriteContext): WireObject {
  const { type, function: fn } = isObject(tool) ? tool : {};
  if (type !== 'function' || !isObject(fn)) {
    throw new RouterError('invalid_request', `${path}: this provider accepts only tools of type "function".`, { param: path });
  }
  if (fn.strict === true) writing.log.add({ param: 'tools.function.strict', action: 'dropped', reason: 'this provider has no such field' });
  return declaration(fn, writing);
}

/** Writes a function. Constraints that its schema cannot express become part of the description. */
function declaration(fn: WireObject, writing: WriteContext): WireObject {
  const [name, about] = [String(fn.name), textOf(fn.description)];
  const given = isObject(fn.parameters) ? fn.parameters : null;
  const fitted = given === null ? null : toToolSchema(given);
  reportNotes(fitted?.notes ?? [], 'tools.function.parameters', writing);
  if (fitted !== null && fitted.why !== null) {
    writing.log.add({ param: 'tools.function.parameters', action: 'emulated', from: name, reason: toldInDescription(fitted.why) });
  }
  const description = given === null || fitted === null || fitted.why === null ? about : describedTool(about, given);
  return {
    name,
    ...(description === null ? {} : { description }),
    ...(fitted === null ? {} : { parametersJsonSchema: fitted.schema }),
  };
}

/** Reports annotations of a schema that are not sent. */
function reportNotes(notes: readonly string[], param: string, writing: WriteContext): void {
  if (notes.length > 0)
    writing.log.add({ param, action: 'dropped', reason: `this provider accepts no notes in a schema such as ${notes.join(', ')}` });
}

/** Writes the response format: natively if the provider accepts the schema, else as JSON with the schema in the prompt. */
function formatOf(format: RequestedFormat, writing: WriteContext): Pick<RenderedTools, 'config' | 'instruction' | 'schema'> {
  noteDescription(format, writing);
  const config = { responseMimeType: 'application/json' }; // a schema without it is rejected
  if (format.schema === null) return { config, instruction: null, schema: null };
  const found = toGeminiSchema(format.schema);
  if (found.as === 'native') {
    reportNotes(found.notes, 'response_format.json_schema.schema', writing);
    return { config: { ...config, responseJsonSchema: found.schema }, instruction: null, schema: null };
  }
  const reason = `structured output here does not take ${found.why}: the model is told the schema, and the router checks the answer`;
  writing.log.add({ param: 'response_format', action: 'emulated', reason });
  return { config, instruction: instructionFor(format), schema: schemaToCheck(format) };
}

function noteDescription({ description }: RequestedFormat, writing: WriteContext): void {
  if (description !== null)
    writing.log.add({ param: 'response_format.json_schema.description', action: 'dropped', reason: 'this provider has no such field' });
}

function answerTool(format: RequestedFormat, declared: readonly WireObject[], writing: WriteContext): WireObject {
  const taken = new Set(declared.map((tool) => tool.name));
  let name = 'json_answer';
  while (taken.has(name)) name += '_';
  noteDescription(format, writing);
  const reason = 'this model accepts no response format beside tools: it answers by a tool, and has to call one';
  writing.log.add({ param: 'response_format', action: 'emulated', reason });
  return declaration({ name, description: 'Gives the final answer to the user.', parameters: schemaToCheck(format) }, writing);
}
