/**
 * An error as a client reads it, in a body or in a chunk: one shape for both. Keys and headers never get here.
 */
import type { RouterError } from '../../../unified/error.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { toPrintable } from '../../../lib/printable.ts';

/** Longest message and longest name of a field, in characters. A message repeats what the client sent, such as the name of a model. */
const MESSAGE_CHARACTERS = 8000;
const PARAM_CHARACTERS = 200;

/** `{"error": {code, message, type, param?, metadata}}`. */
export function errorBody(error: RouterError): { error: JsonObject } {
  const { param, providerName, raw, metadata } = error.details;
  return {
    error: {
      code: error.status,
      // What a provider returned is clean already, and may have lines.
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
