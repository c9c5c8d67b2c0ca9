/**
 * An error as a client reads it, in a body or in a chunk: one shape for both. Keys and headers never get here.
 */
import type { RouterError } from './error.ts';
import type { JsonObject } from './json.ts';

/** `{"error": {code, message, type, param?, metadata}}`. */
export function errorBody(error: RouterError): { error: JsonObject } {
  const { param, providerName, raw, metadata } = error.details;
  return {
    error: {
      code: error.status,
      message: error.message,
      type: error.type,
      ...(param === undefined ? {} : { param }),
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
