/**
 * OpenAI legacy completions, requests to an upstream.
 * Ranges are not checked here; this file knows only what the format cannot say: messages that have to become a prompt.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { arrayOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../../openai-common/wire.ts';
import { contentText, type Message } from '../../../unified/request/message.ts';
import type { FittedCall, Rendered } from '../../dialect.ts';
import { messagesOf } from '../../openai-common/upstream/messages.ts';
import { renderTemplate, type Turn } from './templates.ts';

/** Writes the body for the upstream. */
export function render(call: FittedCall): Rendered {
  const adjustments: Adjustment[] = [];
  const prompt =
    call.input.kind === 'prompt' ? call.input.prompt.value : messagesAsPrompt(messagesOf(call.input, adjustments), call, adjustments);
  const body: WireObject = { model: call.model, prompt, ...call.parameters };
  if (call.stream) body.stream = true;
  if (call.stream && call.streamOptions) body.stream_options = { include_usage: true };
  return { body, adjustments };
}

function messagesAsPrompt(messages: readonly Message[], call: FittedCall, adjustments: Adjustment[]): string {
  adjustments.push({
    param: 'messages',
    action: 'emulated',
    to: call.template,
    reason: `this provider only completes text: the messages are written as one prompt with the chat template "${call.template}"`,
  });
  const lost = new Set<string>();
  const turns = messages.map((message) => toTurn(message, lost));
  for (const what of lost) adjustments.push({ param: `messages.${what}`, action: 'dropped', reason: 'a text prompt cannot hold it' });
  return renderTemplate(call.template, turns);
}

/** Fields of a message that a prompt carries, or that say nothing by themselves. */
const CARRIED = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'refusal']);

/** A message as text. Names and tool calls are written out; pictures and sound are lost, and noted as lost. */
function toTurn(message: Message, lost: Set<string>): Turn {
  for (const [field, value] of Object.entries(message)) {
    if (!CARRIED.has(field) && value !== null && value !== undefined) lost.add(field);
  }
  if (Array.isArray(message.content)) {
    for (const part of message.content) {
      if (part.type !== 'text' && part.type !== 'refusal') lost.add(`content.${part.type}`);
      if (part['cache_control'] !== undefined) lost.add('content.cache_control');
    }
  }
  const role = message.role === 'developer' ? 'system' : message.role;
  const name = 'name' in message && typeof message.name === 'string' ? `${message.name}: ` : '';
  const calls = message.role === 'assistant' ? arrayOf(message.tool_calls).map(toolCallText) : [];
  const refusal = message.role === 'assistant' && typeof message['refusal'] === 'string' ? [message['refusal']] : [];
  return { role, text: name + [contentText(message.content), ...refusal, ...calls].filter((text) => text !== '').join('\n') };
}

function toolCallText(call: unknown): string {
  const fn = isObject(call) && isObject(call.function) ? call.function : {};
  return `${String(fn.name)}(${String(fn.arguments)})`;
}
