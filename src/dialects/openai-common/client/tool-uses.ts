/** Finds tool calls and results in OpenAI's messages, and replaces their names and ids. */
import { arrayOf, isObject, type JsonObject } from '../../../lib/json.ts';
import type { ToolUse } from '../../../unified/request/conversation.ts';
import type { Message } from '../../../unified/request/message.ts';

/** Returns every use in order: the calls of a message, or its result. */
export function findToolUses(messages: readonly Message[]): ToolUse[] {
  const uses: ToolUse[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') uses.push({ kind: 'result', message: index, id: message.tool_call_id, name: nameIn(message) });
    else for (const call of arrayOf(message.tool_calls)) uses.push({ kind: 'call', message: index, id: idOf(call), ...toolOf(call) });
  }
  return uses;
}

const idOf = (call: unknown): string => (isObject(call) ? String(call['id']) : '');
function toolOf(call: unknown): Pick<ToolUse, 'name' | 'isCustom'> {
  const { function: fn, custom } = isObject(call) ? call : ({} as JsonObject);
  if (isObject(fn)) return { name: nameIn(fn) };
  return isObject(custom) ? { name: nameIn(custom), isCustom: true } : { name: null };
}
const nameIn = ({ name }: JsonObject): string | null => (typeof name === 'string' ? name : null);

/** Replaces the uses in the messages. */
export function replaceToolUses(messages: readonly Message[], uses: readonly ToolUse[]): Message[] {
  let next = 0;
  const writeCall = (given: unknown): unknown => {
    const use = uses[next++];
    if (!isObject(given) || use === undefined) return given;
    const made = isObject(given['function']) ? 'function' : 'custom';
    const tool = given[made];
    const named = isObject(tool) && use.name !== null ? { [made]: { ...tool, name: use.name } } : {};
    return { ...given, id: use.id, ...named };
  };
  return messages.map((message): Message => {
    if (message.role === 'tool') {
      const use = uses[next++];
      return use === undefined ? message : { ...message, tool_call_id: use.id, ...(use.name === null ? {} : { name: use.name }) };
    }
    if (!Array.isArray(message.tool_calls)) return message;
    const calls = message.tool_calls.map(writeCall);
    return { ...message, tool_calls: calls, ...detailsOf(message, calls) } as Message;
  });
}

/** Updates reasoning details that refer to a call by its id. */
function detailsOf(message: JsonObject, calls: readonly unknown[]): JsonObject {
  if (!Array.isArray(message['reasoning_details'])) return {};
  const ids = new Map(arrayOf(message['tool_calls']).map((call, index) => [idOf(call), idOf(calls[index])]));
  const rename = (detail: unknown) =>
    isObject(detail) && typeof detail['id'] === 'string' ? { ...detail, id: ids.get(detail['id']) ?? detail['id'] } : detail;
  return { reasoning_details: message['reasoning_details'].map(rename) };
}
