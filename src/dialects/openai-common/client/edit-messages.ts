/** Edits OpenAI's messages for the router's own purposes. Copies only the messages that change. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Message } from '../../../unified/request/message.ts';
import { callAsText, resultHeading } from '../../../unified/request/tool-text.ts';
import { cutMiddle, type Shortening } from '../../../unified/request/shorten-text.ts';

/** Adds an instruction to the last system message at the beginning, or as a new system message. */
export function withInstruction(messages: readonly Message[], instruction: string): readonly Message[] {
  const end = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const last = (end < 0 ? messages.length : end) - 1;
  const system = messages[last];
  if (system === undefined) return [{ role: 'system', content: instruction }, ...messages];
  const { content } = system;
  const withInstruction = Array.isArray(content)
    ? [...content, { type: 'text' as const, text: instruction }]
    : typeof content === 'string' && content !== ''
      ? `${content}\n\n${instruction}`
      : instruction;
  return [...messages.slice(0, last), { ...system, content: withInstruction }, ...messages.slice(last + 1)];
}

/** Adds a text as the beginning of the answer (prefill). */
export function withAnswerBegun(messages: readonly Message[], text: string): readonly Message[] {
  const last = messages.at(-1);
  const isBegun = last?.role === 'assistant' && typeof last.content === 'string';
  const begun: Message = { role: 'assistant', content: isBegun ? `${String(last.content)}${text}` : text };
  return [...(isBegun ? messages.slice(0, -1) : messages), begun];
}

/** Converts tool calls and results to text, for a model without tools. */
export function withToolsAsText(messages: readonly Message[]): readonly Message[] {
  const names = new Map<string, string>();
  return messages.map((message) => (message.role === 'tool' ? writeResult(message, names) : writeCalls(message, names)));
}

/** Leaves messages out, and the middle of long texts. A message is a turn of the conversation. */
export function shortenMessages(messages: readonly Message[], { without, longestText }: Shortening): readonly Message[] {
  return messages.flatMap((message, index) => (without.has(index) ? [] : [shortenMessage(message, longestText)]));
}

function shortenMessage(message: Message, longestText: number): Message {
  const { role, content } = message;
  if (role === 'system' || role === 'developer') return message;
  if (typeof content === 'string')
    return content.length <= longestText ? message : { ...message, content: cutMiddle(content, longestText) };
  if (!content?.some((part) => part.type === 'text' && part.text.length > longestText)) return message;
  const parts = content.map((part) => (part.type === 'text' ? { ...part, text: cutMiddle(part.text, longestText) } : part));
  return { ...message, content: parts };
}

function writeCalls(message: Message, names: Map<string, string>): Message {
  const calls = arrayOf(message.tool_calls).filter(isObject);
  if (calls.length === 0) return message;
  const text = calls.map(({ id, function: fn, custom }) => {
    const made: JsonObject = isObject(fn) ? fn : isObject(custom) ? custom : {};
    names.set(String(id), String(made['name']));
    return callAsText(String(made['name']), String(made['arguments'] ?? made['input']));
  });
  const { tool_calls: _, ...rest } = message;
  return { ...rest, content: withText(message.content, text.join('\n')) } as Message;
}

function writeResult(message: Message & { role: 'tool' }, names: ReadonlyMap<string, string>): Message {
  const name = names.get(message.tool_call_id) ?? textOf(message['name']) ?? 'the tool';
  const [opening, { content }] = [resultHeading(name, message['is_error'] === true), message];
  const joined = typeof content === 'string' ? `${opening}\n${content}` : [{ type: 'text', text: opening }, ...content];
  return { role: 'user', content: joined } as Message;
}

const withText = (content: Message['content'], more: string): Message['content'] =>
  Array.isArray(content)
    ? [...content, { type: 'text', text: more }]
    : [textOf(content), more].filter((piece) => piece !== null).join('\n');
