/** Prepares the client's own body for an upstream of the same format: without the router's own fields, and without items that it would refuse. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import type { NativeRequest } from '../../../unified/request/request.ts';
import { FORMAT } from './format-name.ts';
import { isOwnReasoning } from './reasoning.ts';

/** Fields that only the router reads. */
const ROUTER_FIELDS = ['provider', 'models', 'route', 'plugins', 'transforms', 'session_id', 'debug', 'usage', 'preset', 'trace'] as const;

/** Returns the body for such an upstream. */
export function nativeRequest(body: JsonObject): NativeRequest {
  const own: JsonObject = { ...body };
  for (const field of ROUTER_FIELDS) delete own[field];
  if (Array.isArray(body['input'])) own['input'] = nativeInput(body['input']);
  return Object.freeze({ format: FORMAT, body: Object.freeze(own), headers: {} });
}

/**
 * How ids of items begin, by type: "Invalid 'input[1].id': ... Expected an ID that begins with 'rs'." (OpenAI's answer;
 * github.com/nodetool-ai/nodetool/issues/4252, read 2026-11-30). Ids of other types are not checked.
 */
const ID_PREFIXES: Readonly<Record<string, string>> = { message: 'msg', function_call: 'fc', reasoning: 'rs', custom_tool_call: 'ctc' };

/** The items that an upstream of this format accepts; the same array where that is all of them. */
function nativeInput(items: readonly unknown[]): readonly unknown[] {
  const kept = items.flatMap((item) => {
    if (!isObject(item)) return [item];
    if (item['type'] === 'reasoning' && !isOwnReasoning(item)) return [];
    if (!hasForeignId(item)) return [item];
    const { id: _, ...rest } = item;
    return [rest];
  });
  return kept.length === items.length && kept.every((item, index) => item === items[index]) ? items : kept;
}

function hasForeignId({ type = 'message', id }: JsonObject): boolean {
  if (id === undefined) return false;
  const prefix = typeof type === 'string' && Object.hasOwn(ID_PREFIXES, type) ? ID_PREFIXES[type] : undefined;
  return prefix !== undefined && !(typeof id === 'string' && id.startsWith(prefix));
}
