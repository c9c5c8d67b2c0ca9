/**
 * Messages in one form, whoever wrote them: what an answer of any provider and any client library looks like when it comes back as
 * history. What says nothing is left out (null, empty lists and texts, places in a stream), the older words for tools become the
 * newer ones, files are brought to their usual form. Copies only the messages that change.
 */
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import { isNothing } from './message.ts';
import { normalPart } from './normal-media.ts';
import type { AdjustmentLog } from '../adjustment-log.ts';

/** Fields of a message that stay even if there is nothing in them. */
const LASTING: ReadonlySet<string> = new Set(['role', 'content', 'tool_call_id']);

/** Fields of plain messages: nothing is to be done for them. */
const isPlain = (message: unknown): boolean => {
  if (!isObject(message) || typeof message['content'] !== 'string' || message['role'] === 'function') return false;
  for (const field in message) if (field !== 'role' && field !== 'content') return false;
  return true;
};

/** The messages in one form; the list itself where nothing changes. Entries that are no messages are left to the check. */
export function normalMessages(messages: readonly unknown[], log: AdjustmentLog): readonly unknown[] {
  if (messages.every(isPlain)) return messages;
  /** Ids of calls in the older words, by the name of the function: results in those words name nothing else. */
  const legacyIds = new Map<string, string>();
  return messages.map((message, index) =>
    isObject(message) && !isPlain(message) ? normalMessage(message, index, { legacyIds, log }) : message,
  );
}

type Reading = { legacyIds: Map<string, string>; log: AdjustmentLog };

function normalMessage(given: JsonObject, index: number, reading: Reading): JsonObject {
  const message: JsonObject = {};
  for (const [field, value] of Object.entries(given)) if (LASTING.has(field) || !isNothing(value)) message[field] = value;
  if (message['role'] === 'assistant') readLegacyCall(message, index, reading);
  if (message['role'] === 'function') readLegacyResult(message, index, reading);
  if (Array.isArray(message['tool_calls'])) message['tool_calls'] = message['tool_calls'].map(normalCall);
  if (Array.isArray(message['content']))
    message['content'] = message['content'].map((part: unknown) => (isObject(part) ? normalContent(part, reading) : part));
  return message;
}

/** `function_call`, the one call of a message, before there were several (OpenAI's reference: deprecated in favor of `tool_calls`). */
function readLegacyCall(message: JsonObject, index: number, { legacyIds }: Reading): void {
  const { function_call: call } = message;
  if (!isObject(call) || typeof call['name'] !== 'string') return;
  delete message['function_call'];
  const [first] = arrayOf(message['tool_calls']);
  if (isObject(first)) {
    legacyIds.set(call['name'], String(first['id'])); // said twice, as in answers of ours
    return;
  }
  const id = `call_${index}`;
  legacyIds.set(call['name'], id);
  message['tool_calls'] = [{ id, type: 'function', function: call }];
}

/** `role: "function"`, the result of such a call. */
function readLegacyResult(message: JsonObject, index: number, { legacyIds }: Reading): void {
  if (typeof message['name'] !== 'string') return;
  message['role'] = 'tool';
  message['tool_call_id'] = legacyIds.get(message['name']) ?? `call_${index}`;
  if (message['content'] === null) message['content'] = '';
}

/** A call without its place in the stream that it came in, and with arguments that are text of JSON. */
function normalCall(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { index: _, ...call } = given;
  for (const field of Object.keys(call)) if (call[field] == null) delete call[field];
  const { function: fn } = call;
  if (!isObject(fn)) return call;
  call['type'] ??= 'function';
  if (fn['arguments'] !== undefined) call['function'] = { ...fn, arguments: textOfArguments(fn['arguments']) };
  return call;
}

/** No arguments are written in many ways: nothing, the empty text, `null` (Cohere). Some libraries write an object. */
function textOfArguments(given: unknown): unknown {
  if (isObject(given)) return JSON.stringify(given);
  const text = typeof given === 'string' ? given.trim() : given;
  return text == null || text === '' || text === 'null' ? '{}' : given;
}

function normalContent(part: JsonObject, { log }: Reading): JsonObject {
  const nulls = Object.keys(part).filter((field) => part[field] == null);
  const said = nulls.length === 0 ? part : Object.fromEntries(Object.entries(part).filter(([field]) => !nulls.includes(field)));
  return normalPart(said, log);
}

/** Whether there are tools in messages: calls, or results. */
export const hasToolTalk = (messages: readonly JsonObject[]): boolean =>
  messages.some(({ role, tool_calls: calls }) => role === 'tool' || arrayOf(calls).length > 0);
