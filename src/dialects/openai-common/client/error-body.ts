/** Writes an error for a client, in a body or in a chunk. */
import type { JsonObject } from '../../../lib/json.ts';
import type { RouterError } from '../../../unified/error.ts';
import { errorMetadata, messageOf, paramText } from '../../shared/error-fields.ts';

/** `{"error": {code, message, type, param?, metadata}}`. */
export function errorBody(error: RouterError): { error: JsonObject } {
  const { status, type, details } = error;
  const param = details.param === undefined ? {} : { param: paramText(details.param) };
  return { error: { code: status, message: messageOf(error), type, ...param, metadata: { error_type: type, ...errorMetadata(error) } } };
}
