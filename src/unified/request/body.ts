/** The first check of a request body of any format: its depth, its field names and its text. Paths are those of the client's own body. */
import type { Adjustment } from '../adjustment.ts';
import { findUnsafeJson, isObject, toWellFormed, type JsonObject } from '../../lib/json.ts';
import { RouterError } from '../error.ts';

/** Deepest nesting of a request body. */
const MAX_DEPTH = 100;

/**
 * A request body of any format that can be read and sent. Half of a surrogate pair, which a text that was cut in the middle of an emoji
 * ends with, becomes U+FFFD and is reported.
 *
 * @throws RouterError `invalid_request` for a body that is no object, is nested too deep, or has a field that can reach a prototype.
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
    const reason = `half of a surrogate pair (first in ${path.slice(0, 120)}) is no text: U+FFFD stands for it`;
    adjustments.push({ param: /^[\w.]*/.exec(path)?.[0] ?? path, action: 'clamped', to: '\ufffd', reason });
  }
  // The ids of models are judged by their own check.
  return { ...(model === undefined ? {} : { model }), ...(models === undefined ? {} : { models }), ...body };
}
