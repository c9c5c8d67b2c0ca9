/**
 * Errors of Ollama: `{"error": "text"}`, whatever the status. Source: docs/api/errors.mdx and server/routes.go of
 * github.com/ollama/ollama (fb30760, 2026-08-21), read 2026-11-20.
 */
import { RouterError } from '../../unified/error.ts';
import { parseErrorBody } from '../openai-common/error.ts';

/** A value of the wrong type is answered with a 500: `option "stop" must be of type array`. */
const WRONG_TYPE = /option "(\w+)" must be of type/;
const TOO_LONG = /exceeds? (the )?(available |maximum )?context (size|length)/i;

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const error = parseErrorBody(status, body);
  const option = WRONG_TYPE.exec(error.message)?.[1];
  if (option !== undefined) return new RouterError('invalid_request', error.message, { ...error.details, param: option });
  if (TOO_LONG.test(error.message)) return new RouterError('context_length_exceeded', error.message, error.details);
  if (/does not support thinking/.test(error.message)) return error.with({ param: 'reasoning' });
  // "request canceled", which we did not.
  return status === 499 ? new RouterError('provider_unavailable', error.message, error.details) : error;
}
