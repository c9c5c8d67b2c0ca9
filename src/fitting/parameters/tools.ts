/**
 * Fits tools and the tool choice together. A choice that the provider does not support is emulated by the set of tools that is sent. Pure.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../lib/json.ts';
import { conflictOf, drop, fitParameter, ruleOf, send, type FitContext } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';

/** Fits `tools`, `tool_choice` and `parallel_tool_calls`. @throws RouterError when the choice names a tool that is not in `tools`. */
export function fitTools(fitting: FitContext): void {
  const { tools, tool_choice: choice, parallel_tool_calls: parallel } = fitting.request.parameters;
  if (tools !== undefined) fitParameter(fitting, 'tools', tools);
  const isSent = arrayOf(tools).length > 0 && ruleOf(fitting, 'tools') !== null;
  if (choice !== undefined) {
    if (isSent && !isAccepted(fitting, choice)) replaceChoice(fitting, choice);
    else fitParameter(fitting, 'tool_choice', choice);
  }
  if (parallel !== undefined && !(isSent && wireTools(fitting) === undefined)) fitParameter(fitting, 'parallel_tool_calls', parallel);
}

function isAccepted(fitting: FitContext, choice: unknown): boolean {
  const rule = ruleOf(fitting, 'tool_choice');
  return rule !== null && conflictOf(fitting, 'tool_choice', rule) === null && fitValue(choice, rule).kind === 'same';
}

const wireTools = (fitting: FitContext): unknown => fitting.parameters[ruleOf(fitting, 'tools')?.name ?? 'tools'];

function replaceChoice(fitting: FitContext, choice: unknown): void {
  if (choice === 'auto') return; // the default behaviour
  if (choice === 'none') {
    delete fitting.parameters[ruleOf(fitting, 'tools')?.name ?? 'tools'];
    emulate(fitting, { from: choice }, 'this provider has no such choice: the tools are not sent, so that none is called');
    return;
  }
  const names = namesIn(choice);
  if (names !== null) sendOnly(fitting, names, isAllowed(choice) ? choice.allowed_tools.mode === 'required' : true);
  else if (choice === 'required') requireOnlyTool(fitting);
  else fitParameter(fitting, 'tool_choice', choice);
}

type AllowedTools = { type: 'allowed_tools'; allowed_tools: { mode?: unknown; tools?: unknown } };

const isAllowed = (choice: unknown): choice is AllowedTools =>
  isObject(choice) && choice['type'] === 'allowed_tools' && isObject(choice['allowed_tools']);

/** Returns the names of the tools that may be called; null when the choice has no names. */
function namesIn(choice: unknown): string[] | null {
  if (isAllowed(choice)) return arrayOf(choice.allowed_tools.tools).flatMap((tool) => nameOf(tool) ?? []);
  const name = isObject(choice) && (choice['type'] === 'function' || choice['type'] === 'custom') ? nameOf(choice) : null;
  return name === null ? null : [name];
}

function nameOf(tool: unknown): string | null {
  const { function: fn, custom } = isObject(tool) ? tool : ({} as JsonObject);
  const made = isObject(fn) ? fn : custom;
  return isObject(made) ? textOf(made['name']) : null;
}

/** Emulates a choice of some tools by sending only those. If possible, a call is required. */
function sendOnly(fitting: FitContext, names: readonly string[], isForced: boolean): void {
  const wanted = new Set<string | null>(names);
  const selected = arrayOf(wireTools(fitting)).filter((tool) => wanted.has(nameOf(tool)));
  if (selected.length === 0) {
    throw new RouterError('invalid_request', `tool_choice: no tool is named ${JSON.stringify(names[0] ?? '')}.`, { param: 'tool_choice' });
  }
  send(fitting, 'tools', selected);
  const isRequired = isForced && isAccepted(fitting, 'required');
  if (isRequired) send(fitting, 'tool_choice', 'required');
  const reason = isRequired
    ? 'this provider does not accept a tool by name: the others are not sent, and a call is required'
    : `this provider does not accept a tool by name: the others are not sent${isForced ? ', and it may call none' : ''}`;
  emulate(fitting, { from: names.join(', '), ...(isRequired ? { to: 'required' } : {}) }, reason);
}

/** Emulates `required` with the name of the only tool. */
function requireOnlyTool(fitting: FitContext): void {
  const [tool, ...more] = arrayOf(wireTools(fitting));
  const name = nameOf(tool);
  const choice = { type: 'function', function: { name } };
  if (name === null || more.length > 0 || !isAccepted(fitting, choice)) {
    drop(fitting, 'tool_choice', { value: 'required', reason: 'this provider does not support a required tool call' });
    return;
  }
  send(fitting, 'tool_choice', choice);
  emulate(fitting, { from: 'required', to: name }, 'this provider has no such choice: the only tool is named');
}

function emulate({ adjustments }: FitContext, values: { from: unknown; to?: unknown }, reason: string): void {
  adjustments.push({ param: 'tool_choice', action: 'emulated', ...values, reason });
}
