/**
 * Fits custom tools, whose input is any text. A provider accepts them where its rule for `tool_choice` lists "custom". Others get a function
 * with one argument, the text. Pure.
 */
import { arrayOf, isObject, textOf, type JsonObject } from '../../lib/json.ts';
import type { Block, Conversation, Turn } from '../../unified/request/conversation.ts';
import type { ParameterValues } from '../../unified/request/parameters.ts';
import type { UnifiedRequest } from '../../unified/request/request.ts';
import { conversationOf } from '../../unified/request/turns-conversation.ts';
import { mapChanged } from '../../lib/map-changed.ts';
import type { FitContext, Target } from '../fit-parameter.ts';

/** A request without custom tools, and the names of those that it had. */
export type FunctionsOnly = { request: UnifiedRequest; customTools: readonly string[] };

const NONE: readonly string[] = [];

/** Returns the request as the target accepts it; the request itself where nothing has to change. */
export function withoutCustomTools(request: UnifiedRequest, target: Target): FunctionsOnly {
  if (request.operation !== 'chat' || acceptsCustom(target)) return { request, customTools: NONE };
  const customTools = arrayOf(request.parameters.tools).flatMap((tool) => nameOf(tool) ?? []);
  const input =
    request.input.kind === 'messages' ? { ...request.input, conversation: callsAsFunctions(request.input.conversation) } : request.input;
  const isSame = input.kind !== 'messages' || request.input.kind !== 'messages' || input.conversation === request.input.conversation;
  if (customTools.length === 0 && isSame) return { request, customTools };
  const parameters = customTools.length === 0 ? request.parameters : toolsAsFunctions(request.parameters);
  return { request: { ...request, input, parameters }, customTools };
}

/** Reports the custom tools that are sent as functions. */
export function reportCustomTools({ adjustments, emulation }: FitContext): void {
  const reason = `this provider has no custom tools: ${emulation.customTools.join(', ')} is sent as a function of one text; its calls are returned as those of a custom tool`;
  adjustments.push({ param: 'tools', action: 'emulated', reason });
}

function acceptsCustom({ rules }: Target): boolean {
  const rule = rules.parameters['tool_choice'];
  return typeof rule === 'object' && rule.enum?.includes('custom') === true;
}

const customOf = (tool: unknown): JsonObject | null =>
  isObject(tool) && tool['type'] === 'custom' && isObject(tool['custom']) ? tool['custom'] : null;

const nameOf = (tool: unknown): string | null => textOf(customOf(tool)?.['name']);

function toolsAsFunctions(parameters: Readonly<ParameterValues>): ParameterValues {
  const { tools, tool_choice: choice, ...others } = parameters;
  return {
    ...others,
    tools: arrayOf(tools).map(toolAsFunction),
    ...(choice === undefined ? {} : { tool_choice: choiceAsFunction(choice) }),
  };
}

function toolAsFunction(tool: unknown): unknown {
  const custom = customOf(tool);
  if (custom === null) return tool;
  const parameters = {
    type: 'object',
    properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
    required: ['input'],
    additionalProperties: false,
  };
  return { type: 'function', function: { name: custom['name'], description: describe(custom), parameters } };
}

/** The grammar belongs to the description: without it the model does not know what the tool accepts. */
function describe({ description, format }: JsonObject): string {
  const own = textOf(description);
  const { syntax, definition } = isObject(format) && isObject(format['grammar']) ? format['grammar'] : ({} as JsonObject);
  const grammar = textOf(definition) === null ? null : `The input must match this ${textOf(syntax) ?? ''} grammar:\n${String(definition)}`;
  return [own, grammar].filter((text) => text !== null).join('\n\n') || 'Takes any text as its input.';
}

function choiceAsFunction(choice: unknown): unknown {
  if (!isObject(choice)) return choice;
  const name = nameOf(choice);
  if (name !== null) return { type: 'function', function: { name } };
  const { allowed_tools: allowed } = choice;
  return isObject(allowed) ? { ...choice, allowed_tools: { ...allowed, tools: arrayOf(allowed['tools']).map(choiceAsFunction) } } : choice;
}

/** The history with calls of functions only; the same conversation where it has no others. */
function callsAsFunctions(conversation: Conversation): Conversation {
  if (!conversation.toolUses().some(({ isCustom }) => isCustom === true)) return conversation;
  return conversationOf(
    mapChanged(conversation.turns, (turn): Turn => {
      const blocks = mapChanged(turn.blocks, callAsFunction);
      return blocks === turn.blocks ? turn : { ...turn, blocks };
    }),
  );
}

function callAsFunction(block: Block): Block {
  if (block.type !== 'tool-call' || block.kind !== 'custom') return block;
  const { original: _, ...call } = block;
  return { ...call, kind: 'function', input: JSON.stringify({ input: block.input }) };
}
