/** Converts `tool_choice` to the form of chat completions. Source: openai 7.59.0, ToolChoice* (read 2026-11-30). */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { readName, readObjects, wrongValue, type Located } from '../../shared/read-fields.ts';
import type { ToolNames } from './tool-names.ts';

/** A choice, and the tools that it leaves. */
export type ReadChoice = { choice: unknown; tools: readonly JsonObject[]; nativeOnly: readonly NativeOnly[] };

const MODES: ReadonlySet<unknown> = new Set(['none', 'auto', 'required']);

const NO_REPORT: readonly NativeOnly[] = [];

/** @param tools unified tools. @throws RouterError for a choice of another form. */
export function readChoice(given: unknown, tools: readonly JsonObject[], names: ToolNames): ReadChoice {
  if (given === null || given === undefined) return { choice: undefined, tools, nativeOnly: NO_REPORT };
  if (MODES.has(given)) return readMode(given, tools);
  if (!isObject(given)) throw wrongValue('tool_choice', given, '"none", "auto", "required" or an object');
  const located: Located = { value: given, path: 'tool_choice' };
  if (given['type'] === 'allowed_tools') return readAllowed(located, tools, names);
  const choice = namedTool(located, names);
  if (choice !== null) return refuseAbsent(choice, tools);
  const reason = `this provider has no tool of type "${readName(located, 'type')}" that it could be made to call`;
  return { choice: undefined, tools, nativeOnly: [{ param: 'tool_choice', otherwise: 'drop', reason }] };
}

/** Clients send a mode always, tools or not. Only one that requires a call changes the answer where there are none. */
function readMode(mode: unknown, tools: readonly JsonObject[]): ReadChoice {
  if (tools.length > 0) return { choice: mode, tools, nativeOnly: NO_REPORT };
  const reason = 'no tool is sent, so that no call can be required';
  return { choice: undefined, tools, nativeOnly: mode === 'required' ? [{ param: 'tool_choice', otherwise: 'drop', reason }] : NO_REPORT };
}

/** A provider would refuse the choice of a tool that it does not get, or answer without it. */
function refuseAbsent(choice: JsonObject, tools: readonly JsonObject[]): ReadChoice {
  if (tools.some((tool) => nameOf(tool) === nameOf(choice))) return { choice, tools, nativeOnly: NO_REPORT };
  const reason = `"${String(nameOf(choice))}" is no tool that can be called; expected one of \`tools\``;
  return { choice: undefined, tools, nativeOnly: [{ param: 'tool_choice', otherwise: 'refuse', reason }] };
}

/** Only tools that can be called here count. Where none is left, no tool may be called. */
function readAllowed({ value, path }: Located, tools: readonly JsonObject[], names: ToolNames): ReadChoice {
  const { mode } = value;
  if (mode !== 'auto' && mode !== 'required') throw wrongValue(`${path}.mode`, mode, '"auto" or "required"');
  const listed = readObjects(value['tools'], `${path}.tools`);
  const allowed = listed.map((tool) => namedTool(tool, names)).filter((tool) => tool !== null);
  const allowedNames = new Set(allowed.map(nameOf));
  if (!tools.some((tool) => allowedNames.has(nameOf(tool)))) {
    const reason = 'none of the allowed tools is one that this provider can call, so that no tool is sent';
    return { choice: undefined, tools: [], nativeOnly: [{ param: 'tool_choice', otherwise: 'drop', reason }] };
  }
  return { choice: { type: 'allowed_tools', allowed_tools: { mode, tools: allowed } }, tools, nativeOnly: NO_REPORT };
}

/** The choice of a tool by its name; null for a tool that OpenAI runs. */
function namedTool(tool: Located, names: ToolNames): JsonObject | null {
  const { type } = tool.value;
  const namespace = textOf(tool.value['namespace']);
  if (type === 'function') return { type, function: { name: names.take({ kind: type, name: readName(tool, 'name'), namespace }) } };
  if (type === 'custom') return { type, custom: { name: names.take({ kind: type, name: readName(tool, 'name'), namespace }) } };
  if (type === 'tool_search')
    return { type: 'function', function: { name: names.take({ kind: type, name: 'tool_search', namespace: null }) } };
  return null;
}

function nameOf({ function: fn, custom }: JsonObject): unknown {
  return isObject(fn) ? fn['name'] : isObject(custom) ? custom['name'] : undefined;
}
