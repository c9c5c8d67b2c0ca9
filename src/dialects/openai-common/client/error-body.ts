/**
 * Writes an error for a client, in a body or in a chunk. Errors contain no keys and no headers.
 */
import type { RouterError } from '../../../unified/error.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { toPrintable } from '../../../lib/printable.ts';

/** Longest message and longest field name, in characters. A message may repeat text of the client, such as a model name. */
const MESSAGE_CHARACTERS = 8000;
const PARAM_CHARACTERS = 200;

/** `{"error": {code, message, type, param?, metadata}}`. */
export function errorBody(error: RouterError): { error: JsonObject } {
  const { param, providerName, raw, metadata } = error.details;
  return {
    error: {
      code: error.status,
      // The text of a provider is masked already, and may have several lines.
      message: providerName === undefined ? toPrintable(error.message, MESSAGE_CHARACTERS) : error.message,
      type: error.type,
      ...(param === undefined ? {} : { param: toPrintable(param, PARAM_CHARACTERS) }),
      metadata: {
        error_type: error.type,
        retryable: error.retryable,
        ...(providerName === undefined ? {} : { provider_name: providerName }),
        ...(raw === undefined ? {} : { raw }),
        ...metadata,
      },
    },
  };
}
