/** Takes some fields of a body. */
import type { JsonObject } from '../../lib/json.ts';

/** The fields with these names that the body has. */
export function pickFields(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
}
