/**
 * Removes fields that a body does not require: hints inside messages and tools that do not reach the model. A field that a provider
 * does not know and that is none of these is not left out. Pure.
 */
import { isObject, type JsonObject } from '../lib/json.ts';

/**
 * The closed list. Cache marks, requests for strict schemas, positions in a stream, and what earlier answers carried beside their text.
 * Not in it: fields that define a tool, a message or a schema.
 */
export const ADVISORY_FIELDS: ReadonlySet<string> = new Set([
  'cache_control',
  'strict',
  'index',
  'annotations',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
]);

/** What holds data or schemas of the client, in which any name may be a field. */
const FREE: ReadonlySet<string> = new Set([
  'parameters',
  'parametersJsonSchema',
  'input_schema',
  'inputSchema',
  'schema',
  'json',
  'properties',
  'arguments',
  'args',
  'input',
  'response',
]);

/** A body without a field, wherever it stands below its first level; null where it stands nowhere. */
export function withoutField(body: JsonObject, field: string): JsonObject | null {
  let isFound = false;
  function strip(value: unknown, isTop: boolean): unknown {
    if (Array.isArray(value)) return value.map((entry) => strip(entry, false));
    if (!isObject(value)) return value;
    const kept: JsonObject = {};
    for (const [name, entry] of Object.entries(value)) {
      if (!isTop && name === field) isFound = true;
      else kept[name] = !isTop && FREE.has(name) ? entry : strip(entry, false);
    }
    return kept;
  }
  const stripped = strip(body, true);
  return isFound && isObject(stripped) ? stripped : null;
}
