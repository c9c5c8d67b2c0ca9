/**
 * Tools and the choice among them, together: what a provider cannot be told about the choice is done by what it is offered. Pure.
 */
import { RouterError } from '../../unified/error.ts';
import { arrayOf, isObject, textOf } from '../../lib/json.ts';
import { conflictOf, drop, fitParameter, ruleOf, send, type Fitting } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';

/** Fits `tools`, `tool_choice` and `parallel_tool_calls`. @throws RouterError for the choice of a tool that is not among them. */
export function fitTools(fitting: Fitting): void {
  const { tools, tool_choice: choice, parallel_tool_calls: parallel } = fitting.request.parameters;
  if (tools !== undefined) fitParameter(fitting, 'tools', tools);
  const isSent = arrayOf(tools).length > 0 && ruleOf(fitting, 'tools') !== null;
  if (choice !== undefined) {
    if (isSent && !isAccepted(fitting, choice)) replaceChoice(fitting, choice);
    else fitParameter(fitting, 'tool_choice', choice);
  }
  if (parallel !== undefined && !(isSent && wireTools(fitting) === undefined)) fitParameter(fitting, 'parallel_tool_calls', parallel);
}

function isAccepted(fitting: Fitting, choice: unknown): boolean {
  const rule = ruleOf(fitting, 'tool_choice');
  return rule !== null && conflictOf(fitting, 'tool_choice', rule) === null && fitValue(choice, rule).kind === 'same';
}

const wireTools = (fitting: Fitting): unknown => fitting.parameters[ruleOf(fitting, 'tools')?.name ?? 'tools'];

function replaceChoice(fitting: Fitting, choice: unknown): void {
  if (choice === 'auto') return; // what a model does with tools by itself
  if (choice === 'none') {
    delete fitting.parameters[ruleOf(fitting, 'tools')?.name ?? 'tools'];
    emulate(fitting, { from: choice }, 'this provider has no such choice: the tools are not sent, so that none is called');
    return;
  }
  const names = namesWanted(choice);
  if (names !== null) offerOnly(fitting, names, isAllowed(choice) ? choice.allowed_tools.mode === 'required' : true);
  else if (choice === 'required') forceTheOnlyOne(fitting);
  else fitParameter(fitting, 'tool_choice', choice);
}

type AllowedTools = { type: 'allowed_tools'; allowed_tools: { mode?: unknown; tools?: unknown } };

const isAllowed = (choice: unknown): choice is AllowedTools =>
  isObject(choice) && choice['type'] === 'allowed_tools' && isObject(choice['allowed_tools']);

/** Names of the tools that may be called; null where the choice names none. */
function namesWanted(choice: unknown): string[] | null {
  if (isAllowed(choice)) return arrayOf(choice.allowed_tools.tools).flatMap((tool) => nameOf(tool) ?? []);
  const name = isObject(choice) && choice['type'] === 'function' ? nameOf(choice) : null;
  return name === null ? null : [name];
}

const nameOf = (tool: unknown): string | null => (isObject(tool) && isObject(tool['function']) ? textOf(tool['function']['name']) : null);

/** The choice among few, by offering no others; with one of them a call can still be wanted. */
function offerOnly(fitting: Fitting, names: readonly string[], isForced: boolean): void {
  const offered = arrayOf(wireTools(fitting)).filter((tool) => names.includes(nameOf(tool) ?? ''));
  if (offered.length === 0) {
    throw new RouterError('invalid_request', `tool_choice: no tool is called ${JSON.stringify(names[0] ?? '')}.`, { param: 'tool_choice' });
  }
  send(fitting, 'tools', offered);
  const isTold = isForced && isAccepted(fitting, 'required');
  if (isTold) send(fitting, 'tool_choice', 'required');
  const reason = isTold
    ? 'this provider cannot be told a tool by name: the others are not sent, and a call is required'
    : `this provider cannot be told a tool by name: the others are not sent${isForced ? ', and it may call none' : ''}`;
  emulate(fitting, { from: names.join(', '), ...(isTold ? { to: 'required' } : {}) }, reason);
}

/** Where a call cannot be required, the only tool can be named. */
function forceTheOnlyOne(fitting: Fitting): void {
  const [tool, ...more] = arrayOf(wireTools(fitting));
  const name = nameOf(tool);
  const choice = { type: 'function', function: { name } };
  if (name === null || more.length > 0 || !isAccepted(fitting, choice)) {
    drop(fitting, 'tool_choice', { value: 'required', reason: 'this provider cannot be made to call a tool' });
    return;
  }
  send(fitting, 'tool_choice', choice);
  emulate(fitting, { from: 'required', to: name }, 'this provider has no such choice: the only tool is named');
}

function emulate({ adjustments }: Fitting, values: { from: unknown; to?: unknown }, reason: string): void {
  adjustments.push({ param: 'tool_choice', action: 'emulated', ...values, reason });
}
