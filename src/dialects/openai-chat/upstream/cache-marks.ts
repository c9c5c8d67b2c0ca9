/** Cache marks of OpenAI's chat format: of tools, and those that the router sets where a client asks for it with `cache_control` at the top level. */
import { arrayOf, isObject, type JsonObject } from '../../../lib/json.ts';
import { MARK_FIELDS } from '../../../unified/request/cache-mark.ts';
import type { Message } from '../../../unified/request/message.ts';
import type { FittedCall } from '../../dialect.ts';

const MARK = 'cache_control';

/** True for a provider that reads marks on content parts. */
const takesMarks = ({ messageFields }: FittedCall): boolean => MARK_FIELDS.some((field) => messageFields.includes(field));

/** Marks the ends of the system text and of the last two messages of the user, where the provider reads marks. */
export function setMarks(messages: readonly Message[], call: FittedCall): readonly Message[] {
  const { cacheMark } = call;
  if (cacheMark === undefined || !takesMarks(call)) return messages;
  const users = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : [])).slice(-2);
  const opening = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const ends = new Set([...users, (opening < 0 ? messages.length : opening) - 1]);
  return messages.map((message, index) => (ends.has(index) ? withMarkAtEnd(message, cacheMark) : message));
}

function withMarkAtEnd(message: Message, mark: JsonObject): Message {
  const { content } = message;
  const parts: readonly unknown[] =
    typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : arrayOf(content);
  const last = parts.at(-1);
  if (!isObject(last) || MARK_FIELDS.some((field) => last[field] !== undefined || message[field] !== undefined)) return message;
  // A part keeps its type, so the message stays valid.
  return { ...message, content: [...parts.slice(0, -1), { ...last, [MARK]: mark }] } as Message;
}

/**
 * The parameters without the marks of tools, for a provider that does not read Anthropic's marks. Clients of this format get their tools
 * passed on as they are: marks are no part of it, so where a client sets them the provider may read them.
 */
export function withoutToolMarks(parameters: Readonly<JsonObject>, { input, messageFields }: FittedCall): Readonly<JsonObject> {
  const { tools } = parameters;
  const isOwn = input.kind === 'prompt' || input.conversation.source.format === 'openai-chat';
  if (isOwn || !Array.isArray(tools) || messageFields.includes(MARK)) return parameters;
  const isMarked = (tool: unknown) => isObject(tool) && (hasMark(tool) || (isObject(tool['function']) && hasMark(tool['function'])));
  if (!tools.some(isMarked)) return parameters;
  return { ...parameters, tools: tools.map((tool: unknown) => (isObject(tool) ? withoutMark(tool) : tool)) };
}

const hasMark = (given: JsonObject): boolean => MARK_FIELDS.some((field) => given[field] !== undefined);

function withoutMark(marked: JsonObject): JsonObject {
  const { cache_control: _, prompt_cache_breakpoint: __, ...tool } = marked;
  return isObject(tool['function']) ? { ...tool, function: withoutMark(tool['function']) } : tool;
}
