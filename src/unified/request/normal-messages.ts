/**
 * Normalizes messages, in particular answers of other providers and libraries that come back as history. Removes empty fields (null, empty
 * lists and texts, stream indexes), converts legacy tool fields, and normalizes files. Only changed messages are copied.
 */
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import { keepUnchanged, mapChanged } from '../../lib/map-changed.ts';
import { isEmptyValue } from './message.ts';
import { normalizePart } from './normal-media.ts';
import type { AdjustmentLog } from '../adjustment-log.ts';

/** Fields of a message that are kept even when empty. */
const KEPT_FIELDS: ReadonlySet<string> = new Set(['role', 'content', 'tool_call_id']);

/** True for a message with only role and text content: nothing to normalize. */
const isPlain = (message: unknown): boolean => {
  if (!isObject(message) || typeof message['content'] !== 'string' || message['role'] === 'function') return false;
  for (const field in message) if (field !== 'role' && field !== 'content') return false;
  return true;
};

/** Normalizes messages; returns the list itself when nothing changes. Invalid entries are left to the check. */
export function normalizeMessages(messages: readonly unknown[], log: AdjustmentLog): readonly unknown[] {
  if (messages.every(isPlain)) return messages;
  /** Ids of legacy calls by function name, because legacy results contain only the name. */
  const legacyIds = new Map<string, string>();
  return mapChanged(messages, (message, index) =>
    isObject(message) && !isPlain(message) ? normalMessage(message, index, { legacyIds, log }) : message,
  );
}

type NormalizeContext = { legacyIds: Map<string, string>; log: AdjustmentLog };

function normalMessage(given: JsonObject, index: number, reading: NormalizeContext): JsonObject {
  const message: JsonObject = {};
  for (const [field, value] of Object.entries(given)) if (KEPT_FIELDS.has(field) || !isEmptyValue(value)) message[field] = value;
  if (message['role'] === 'assistant') readLegacyCall(message, index, reading);
  if (message['role'] === 'function') readLegacyResult(message, index, reading);
  if (Array.isArray(message['tool_calls'])) message['tool_calls'] = mapChanged<unknown>(message['tool_calls'], normalCall);
  if (Array.isArray(message['content']))
    message['content'] = mapChanged<unknown>(message['content'], (part) => (isObject(part) ? normalContent(part, reading) : part));
  return keepUnchanged(given, message);
}

/** Converts `function_call`, the single call of a legacy message (OpenAI's reference: deprecated in favor of `tool_calls`). */
function readLegacyCall(message: JsonObject, index: number, { legacyIds }: NormalizeContext): void {
  const { function_call: call } = message;
  if (!isObject(call) || typeof call['name'] !== 'string') return;
  delete message['function_call'];
  const [first] = arrayOf(message['tool_calls']);
  if (isObject(first)) {
    legacyIds.set(call['name'], String(first['id'])); // present in both forms, as in our own answers
    return;
  }
  const id = `call_${index}`;
  legacyIds.set(call['name'], id);
  message['tool_calls'] = [{ id, type: 'function', function: call }];
}

/** Converts `role: "function"`, the result of a legacy call. */
function readLegacyResult(message: JsonObject, index: number, { legacyIds }: NormalizeContext): void {
  if (typeof message['name'] !== 'string') return;
  message['role'] = 'tool';
  message['tool_call_id'] = legacyIds.get(message['name']) ?? `call_${index}`;
  if (message['content'] === null) message['content'] = '';
}

/** Normalizes a tool call: removes its stream index, writes its arguments as JSON text. */
function normalCall(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { index: _, ...call } = given;
  for (const field of Object.keys(call)) if (call[field] == null) delete call[field];
  const { function: fn } = call;
  if (!isObject(fn)) return keepUnchanged<JsonObject>(given, call);
  call['type'] ??= 'function';
  if (fn['arguments'] !== undefined) call['function'] = keepUnchanged(fn, { ...fn, arguments: textOfArguments(fn['arguments']) });
  return keepUnchanged<JsonObject>(given, call);
}

/** Normalizes arguments. "No arguments" has many forms: absent, empty text, `null` (Cohere). Some libraries send an object. */
function textOfArguments(given: unknown): unknown {
  if (isObject(given)) return JSON.stringify(given);
  const text = typeof given === 'string' ? given.trim() : given;
  return text == null || text === '' || text === 'null' ? '{}' : given;
}

function normalContent(part: JsonObject, { log }: NormalizeContext): JsonObject {
  const nulls = Object.keys(part).filter((field) => part[field] == null);
  const stated = nulls.length === 0 ? part : Object.fromEntries(Object.entries(part).filter(([field]) => !nulls.includes(field)));
  return normalizePart(stated, log);
}
