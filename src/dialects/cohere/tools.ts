/**
 * Writes tools in Cohere's format: functions with name, description and parameters, strict for all or none, and a choice without a tool name.
 * Conversions are reported. Sources: as in `rules.ts`.
 */
import { MARK_FIELDS } from '../../unified/request/cache-mark.ts';
import type { Adjustment } from '../../unified/adjustment.ts';
import { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf, type JsonObject } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';
import { toCohereSchema } from './schema.ts';

const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function', ...MARK_FIELDS]);
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict', ...MARK_FIELDS]);

/** Returns the fields of the body for tools; none without functions. @throws RouterError for a choice that is not in tools. */
export function renderTools(tools: unknown, choice: unknown, adjustments: Adjustment[]): WireObject {
  const report = createAdjustmentLog(adjustments, true);
  const functions = arrayOf(tools).flatMap((tool) => readFunction(tool, report));
  if (functions.length === 0) return {};
  const wanted = nameIn(choice);
  const offered = wanted === null ? functions : functions.filter(({ name }) => name === wanted);
  if (offered.length === 0)
    throw new RouterError('invalid_request', `tool_choice: no tool is named "${String(wanted)}".`, { param: 'tool_choice' });
  return {
    tools: offered.map((fn) => ({ type: 'function', function: writeFunction(fn) })),
    ...renderStrict(offered, adjustments),
    ...renderChoice(choice, wanted, adjustments),
  };
}

/** Reads the function of a tool. The provider rejects any unknown field, including "strict". */
function readFunction(tool: unknown, report: AdjustmentLog): WireObject[] {
  const { function: fn, ...rest }: WireObject = isObject(tool) ? tool : {};
  if (rest.type !== 'function' || !isObject(fn)) {
    report.add({ param: 'tools', action: 'dropped', from: rest.type, reason: 'this provider accepts functions only' });
    return [];
  }
  const strange = (fields: JsonObject, known: ReadonlySet<string>) =>
    Object.keys(fields).filter((field) => fields[field] != null && !known.has(field));
  for (const field of [...strange(rest, TOOL_FIELDS), ...strange(fn, FUNCTION_FIELDS).map((field) => `function.${field}`)])
    report.add({ param: `tools.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
  return [fn];
}

function writeFunction({ name, description, parameters }: WireObject): WireObject {
  return {
    name,
    ...(textOf(description) === null ? {} : { description }),
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} }, // required
  };
}

function renderStrict(functions: readonly WireObject[], adjustments: Adjustment[]): WireObject {
  const strict = functions.filter((fn) => fn.strict === true);
  if (strict.length === 0) return {};
  // `strict` applies to all tools: one unsupported schema disables it for all.
  for (const { name, parameters } of functions) {
    const found = isObject(parameters) ? toCohereSchema(parameters) : null;
    if (found === null || found.as === 'native') continue;
    const reason = `strict tools here do not take ${found.why}, and this provider is strict with all tools or with none`;
    adjustments.push({ param: 'tools.function.strict', action: 'dropped', from: name, reason });
    return {};
  }
  if (strict.length < functions.length) {
    const reason = 'this provider is strict with all tools or with none: now with all of them';
    adjustments.push({ param: 'tools.function.strict', action: 'renamed', from: strict.length, to: functions.length, reason });
  }
  return { strict_tools: true };
}

/** Writes the choice. `auto` is the default and is omitted. */
function renderChoice(choice: unknown, wanted: string | null, adjustments: Adjustment[]): WireObject {
  if (choice === 'none') return { tool_choice: 'NONE' };
  if (choice === 'required') return { tool_choice: 'REQUIRED' };
  if (wanted === null) return {};
  const reason = 'this provider cannot be told a tool by name: the others are not sent, and a call is required';
  adjustments.push({ param: 'tool_choice', action: 'emulated', from: wanted, to: 'REQUIRED', reason });
  return { tool_choice: 'REQUIRED' };
}

function nameIn(choice: unknown): string | null {
  const fn = isObject(choice) ? choice.function : null;
  return isObject(fn) ? textOf(fn.name) : null;
}
