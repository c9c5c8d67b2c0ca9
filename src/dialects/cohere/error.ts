/**
 * Errors of Cohere: `{message, id?}`, whatever the status. Sources: https://docs.cohere.com/reference/errors and the responses of
 * cohere-openapi.yaml (cohere-developer-experience e814c8a, 2026-08-20).
 */
import { RouterError, type ErrorType } from '../../unified/error.ts';
import { parseErrorBody } from '../openai-common/error.ts';

/** "unknown field: parameter 'strict' is not a valid field" */
const UNKNOWN_FIELD = /unknown field: parameter ['"]([^'"]+)['"]/i;
/** "too many tokens: total number of tokens in the prompt exceeds the limit of 4081" */
const TOO_LONG = /too many tokens/i;

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const error = parseErrorBody(status, body);
  const field = UNKNOWN_FIELD.exec(error.message)?.[1];
  if (field !== undefined) return error.with({ param: field === 'thinking' ? 'reasoning' : field });
  const type = typeOf(status, error.message);
  return type === null ? error : new RouterError(type, error.message, error.details);
}

/** What a status or message of this host says, where it is more than the status says elsewhere. */
function typeOf(status: number, message: string): ErrorType | null {
  if (status < 500 && status !== 429 && TOO_LONG.test(message)) return 'context_length_exceeded';
  if (status === 499) return 'provider_unavailable'; // "client closed request", which we did not
  // Of a token that is not valid, and of input or output that is blocked.
  return status === 498 ? (/block/i.test(message) ? 'content_policy_violation' : 'authentication') : null;
}
