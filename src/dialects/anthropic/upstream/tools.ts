/**
 * Writes tools, the tool choice and response formats. A format needs a tool or an instruction if the model has no structured output
 * (@anthropic-ai/sdk 1.11.0, ToolUnion, ToolChoice, OutputConfig; Vercel AI SDK, packages/anthropic; read 2026-11-20).
 */
import { arrayOf, textOf, type JsonObject } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { MARK_FIELDS } from '../../../unified/request/cache-mark.ts';
import { markOfTool } from '../../shared/cache-marks.ts';
import { acceptsOnlyObjects } from '../../shared/json-schema.ts';
import type { AdjustmentLog } from '../../../unified/adjustment-log.ts';
import type { StrictSchemas } from '../../shared/strict-schema.ts';
import { asObject, describedTool, toldInDescription, toToolSchema } from '../../shared/tool-schema.ts';
import { instructionFor, readRequestedFormat, schemaToCheck, type RequestedFormat } from '../../../unified/request/format-instruction.ts';
import { JSON_BY_TOOL, NO_FORCED_TOOLS } from './rules.ts';

/** The response format, and how it is requested. `native`: the schema as the provider accepts it. */
export type Format = RequestedFormat &
  (
    | { as: 'native'; native: WireObject }
    | { as: 'tool' | 'instruction'; /** Why not natively; null = the model cannot. */ why: string | null }
  );

/** The rendered tools and response format. */
export type RenderedTools = {
  tools: WireObject[];
  toolChoice: WireObject | null;
  /** `output_config.format`. */
  outputFormat: WireObject | null;
  answerTool: string | null;
  /** Text to add to the system text. */
  instruction: string | null;
  /** The schema that the router checks the answer against, because the provider does not enforce it. */
  schema: WireObject | null;
};

type ToolsRequest = {
  parameters: Readonly<WireObject>;
  quirks: readonly string[];
  format: Format | null;
  /** True when a tool call can be required: the model supports it and does not reason. */
  canForce: boolean;
  /** The strict schemas of this request. */
  strict: StrictSchemas;
  log: AdjustmentLog;
};

/** True when the client requires a tool call. */
export const isToolForced = ({ tool_choice: choice }: Readonly<WireObject>): boolean =>
  choice === 'required' || (isObject(choice) && choice.type === 'function');

/** Returns the requested format and the best form for it; null = none. Only an object can be the arguments of a tool. */
export function readFormat(
  { response_format: given }: Readonly<WireObject>,
  quirks: readonly string[],
  strict: StrictSchemas,
): Format | null {
  const asked = readRequestedFormat(given);
  if (asked === null) return null;
  const { schema, description } = asked;
  // The provider has no field for a description next to the schema, so it becomes part of the schema.
  const described = schema === null ? null : { ...(description === null ? {} : { description }), ...schema };
  const native = described === null || quirks.includes(JSON_BY_TOOL) ? null : strict.take(described, false);
  if (native !== null && 'schema' in native) return { ...asked, as: 'native', native: native.schema };
  const fitsTool = !quirks.includes(NO_FORCED_TOOLS) && (schema === null || canBeArguments(schema));
  return { ...asked, as: fitsTool ? 'tool' : 'instruction', why: native?.why ?? null };
}

const canBeArguments = (schema: WireObject) => acceptsOnlyObjects(schema, schema) && toToolSchema(schema).why === null;

/** Writes tools, tool choice and response format. */
export function renderTools({ parameters, quirks, format, canForce, strict, log }: ToolsRequest): RenderedTools {
  const offered = arrayOf(parameters.tools).flatMap((tool) => (isObject(tool) ? [renderTool(tool, { quirks, strict, log })] : []));
  const isForced = isToolForced(parameters) && canForce;
  if (isToolForced(parameters) && !canForce) {
    const from = isObject(parameters.tool_choice) ? 'function' : parameters.tool_choice;
    log.add({
      param: 'tool_choice',
      action: 'clamped',
      from,
      to: 'auto',
      reason: 'a model that thinks cannot be made to call a tool here',
    });
  }
  const rendered: RenderedTools = {
    tools: offered,
    toolChoice: choiceOf(parameters, canForce),
    outputFormat: null,
    answerTool: null,
    instruction: null,
    schema: null,
  };
  if (format === null) return rendered;
  if (format.as === 'native') return { ...rendered, outputFormat: { type: 'json_schema', schema: format.native } };
  if (isForced) {
    log.add({
      param: 'response_format',
      action: 'dropped',
      reason: 'a tool has to be called, so that there is no text that could have a format',
    });
    return rendered;
  }
  const reason = format.why === null ? 'this model' : `structured output here does not take ${format.why}: the model`;
  // The arguments of a call are an object in any case.
  if (format.as === 'tool' && canForce) return answerByTool({ ...rendered, schema: format.schema }, parameters, { format, reason, log });
  log.add({
    param: 'response_format',
    action: 'emulated',
    reason: `${reason} is told to answer in JSON, which nothing enforces; the router checks the answer`,
  });
  return { ...rendered, instruction: instructionFor(format), schema: schemaToCheck(format) };
}

/** A model without strict tools. */
const NOT_STRICT = { why: 'schemas: this model does not hold to one' };

/** Fields of a function that the format supports. */
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict', ...MARK_FIELDS]);

function renderTool(tool: WireObject, { quirks, strict, log }: Pick<ToolsRequest, 'quirks' | 'strict' | 'log'>): WireObject {
  const { type, function: fn, cache_control: _, prompt_cache_breakpoint: __, ...more }: JsonObject = tool;
  if (type !== 'function' || !isObject(fn)) return tool; // a server tool of the provider
  for (const [field, value] of Object.entries(fn)) {
    if (!FUNCTION_FIELDS.has(field) && value != null)
      log.add({ param: `tools.function.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
  }
  const mark = markOfTool(tool);
  const given: WireObject = isObject(fn.parameters) ? fn.parameters : { properties: {} };
  const schema: WireObject = asObject(given);
  const held = fn.strict !== true ? null : quirks.includes(JSON_BY_TOOL) ? NOT_STRICT : strict.take(schema, true);
  const isStrict = held !== null && 'schema' in held;
  const lax = toToolSchema(schema);
  if (!isStrict && lax.why !== null)
    log.add({ param: 'tools.function.parameters', action: 'emulated', from: fn.name, reason: toldInDescription(lax.why) });
  const description = isStrict || lax.why === null ? textOf(fn.description) : describedTool(textOf(fn.description), given);
  if (held !== null && 'why' in held)
    log.add({ param: 'tools.function.strict', action: 'dropped', from: fn.name, reason: `strict tools here do not take ${held.why}` });
  return {
    ...more,
    name: fn.name,
    ...(description === null ? {} : { description }),
    input_schema: isStrict ? held.schema : lax.schema,
    ...(isStrict ? { strict: true } : {}),
    ...(mark === null ? {} : { cache_control: mark }),
  };
}

function choiceOf({ tool_choice: choice, parallel_tool_calls: parallel }: Readonly<WireObject>, canForce: boolean): WireObject | null {
  const native = nativeChoice(choice, canForce);
  if (parallel !== false || native?.type === 'none') return native;
  return { type: 'auto', ...native, disable_parallel_tool_use: true };
}

function nativeChoice(choice: unknown, canForce: boolean): WireObject | null {
  if (choice === undefined) return null;
  const fn = isObject(choice) && isObject(choice.function) ? choice.function : null;
  if (choice === 'required' || fn !== null) {
    if (!canForce) return { type: 'auto' };
    return fn === null ? { type: 'any' } : { type: 'tool', name: fn.name };
  }
  return isObject(choice) ? { ...choice } : { type: choice };
}

/** Requires a tool call: of the tool for the answer, or one of the client's tools if allowed. */
function answerByTool(
  rendered: RenderedTools,
  parameters: Readonly<WireObject>,
  { format, reason, log }: { format: Format; reason: string; log: AdjustmentLog },
): RenderedTools {
  const { schema, description } = format;
  const taken = new Set(rendered.tools.map(({ name }) => name));
  let name = 'json';
  while (taken.has(name)) name += '_';
  const isAlone = taken.size === 0 || rendered.toolChoice?.type === 'none';
  const one = parameters.parallel_tool_calls === false || isAlone ? { disable_parallel_tool_use: true } : {};
  const among = isAlone ? '' : ', unless it calls one of the other tools';
  log.add({ param: 'response_format', action: 'emulated', reason: `${reason} answers in JSON by a tool that it has to call${among}` });
  const tool: WireObject = {
    name,
    description: description ?? 'Gives the answer to the user: the arguments are the whole answer.',
    input_schema: { ...toToolSchema(schema ?? {}).schema, type: 'object' },
  };
  return {
    ...rendered,
    tools: [...rendered.tools, tool],
    toolChoice: { ...(isAlone ? { type: 'tool', name } : { type: 'any' }), ...one },
    answerTool: name,
  };
}
