/** The input of a tool call, for formats that accept it as an object. */
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { isObject, parseBounded, type JsonObject } from '../../lib/json.ts';
import { withDigits } from '../../lib/exact-json.ts';

/**
 * Returns the arguments of a call as an object, keeping the digits of its numbers. An empty text and `null` (Cohere) are an empty object. Any
 * other text was written by a model and is sent as a text inside an object.
 */
export function readArguments(text: unknown, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (trimmed === '' || trimmed === 'null') return {};
  const value = parseBounded(trimmed);
  if (isObject(value)) return withDigits(trimmed, value) as JsonObject;
  const reason = 'this provider accepts arguments as an object: a text that is none is sent as {"invalid_arguments": text}';
  log.add({ param: 'messages.tool_calls.function.arguments', action: 'emulated', reason });
  return { invalid_arguments: trimmed };
}
