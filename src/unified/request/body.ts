/** Checks a request body of any format: depth, field names and text. Paths are those of the client's body. */
import type { Adjustment } from '../adjustment.ts';
import { findUnsafeJson, isObject, toWellFormed, type JsonObject } from '../../lib/json.ts';
import { RouterError } from '../error.ts';

/** Deepest nesting of a request body. */
const MAX_DEPTH = 100;

/**
 * Returns a body that can be read and sent. Half of a surrogate pair (the end of a text that was cut inside an emoji) is replaced by U+FFFD
 * and reported.
 *
 * @throws RouterError `invalid_request` for a body that is not an object, is nested too deep, or has a field that can reach a prototype.
 */
export function readBody(given: unknown, adjustments: Adjustment[]): JsonObject {
  if (!isObject(given)) throw new RouterError('invalid_request', 'The request body must be a JSON object.');
  const found = findUnsafeJson(given, MAX_DEPTH);
  if (found === null) return given;
  const body = found.kind === 'text' ? withWholeText(given, found.path, adjustments) : given;
  const unsafe = found.kind === 'text' ? findUnsafeJson(body, MAX_DEPTH, false) : found;
  if (unsafe === null) return body;
  const message =
    unsafe.kind === 'depth'
      ? `The request body is nested more than ${MAX_DEPTH} levels deep (at ${unsafe.path.slice(0, 120)}...).`
      : `The field name in ${unsafe.path} is not allowed, because it can reach the prototype of an object.`;
  throw new RouterError('invalid_request', message, { param: unsafe.path.slice(0, 120) });
}

function withWholeText({ model, models, ...rest }: JsonObject, path: string, adjustments: Adjustment[]): JsonObject {
  const body = toWellFormed(rest) as JsonObject;
  if (Object.hasOwn(rest, /^\w*/.exec(path)?.[0] ?? '')) {
    const reason = `half of a surrogate pair (first in ${path.slice(0, 120)}) is not valid text: it is replaced by U+FFFD`;
    adjustments.push({ param: /^[\w.]*/.exec(path)?.[0] ?? path, action: 'clamped', to: '\ufffd', reason });
  }
  // Model ids have their own check.
  return { ...(model === undefined ? {} : { model }), ...(models === undefined ? {} : { models }), ...body };
}
