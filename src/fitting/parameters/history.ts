/**
 * Converts tool calls in the history to text, for a provider or model without tools. The roles and fields for tools would be rejected or
 * ignored there. Pure.
 */
import { arrayOf, isObject, textOf, type JsonObject } from '../../lib/json.ts';
import type { Message } from '../../unified/request/message.ts';
import { hasToolMessages } from '../../unified/request/normal-messages.ts';
import { ruleOf, type Fitting } from '../fit-parameter.ts';

/** Returns the messages as the target accepts them. */
export function fitHistory(messages: readonly Message[], fitting: Fitting): readonly Message[] {
  if (ruleOf(fitting, 'tools') !== null || !hasToolMessages(messages)) return messages;
  const reason = 'this provider does not support tools: calls and results of the history are sent as text';
  fitting.adjustments.push({ param: 'messages.tool_calls', action: 'emulated', reason });
  const names = new Map<string, string>();
  return messages.map((message) => (message.role === 'tool' ? describeResult(message, names) : describeCalls(message, names)));
}

function describeCalls(message: Message, names: Map<string, string>): Message {
  const calls = arrayOf(message.tool_calls).filter(isObject);
  if (calls.length === 0) return message;
  const texts = calls.map(({ id, function: fn, custom }) => {
    const made: JsonObject = isObject(fn) ? fn : isObject(custom) ? custom : {};
    names.set(String(id), String(made['name']));
    return `[Called ${String(made['name'])} with ${String(made['arguments'] ?? made['input'])}]`;
  });
  const { tool_calls: _, ...rest } = message;
  return { ...rest, content: appendText(message.content, texts.join('\n')) } as Message;
}

function describeResult(message: Message & { role: 'tool' }, names: ReadonlyMap<string, string>): Message {
  const name = names.get(message.tool_call_id) ?? textOf(message['name']) ?? 'the tool';
  const [opening, { content }] = [`[Result of ${name}]`, message];
  const words = typeof content === 'string' ? `${opening}\n${content}` : [{ type: 'text', text: opening }, ...content];
  return { role: 'user', content: words } as Message;
}

const appendText = (content: Message['content'], words: string): Message['content'] =>
  Array.isArray(content)
    ? [...content, { type: 'text', text: words }]
    : [textOf(content), words].filter((text) => text !== null).join('\n');
