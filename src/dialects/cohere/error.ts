/**
 * Reads errors of Cohere: `{message, id?}`, whatever the status. Sources: https://docs.cohere.com/reference/errors and the responses of
 * cohere-openapi.yaml (cohere-developer-experience e814c8a, 2026-08-20).
 */
import type { RouterError } from '../../unified/error.ts';
import type { JsonObject } from '../../lib/json.ts';
import { findErrorIn as findError, parseErrorBody, type ErrorTable } from '../openai-common/upstream/error.ts';
import { ERROR_ROWS } from './error-table.ts';

const TABLE: ErrorTable = { rows: ERROR_ROWS };

/** "unknown field: parameter 'strict' is not a valid field" */
const UNKNOWN_FIELD = /unknown field: parameter ['"]([^'"]+)['"]/i;

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const error = parseErrorBody(status, body, TABLE);
  const field = UNKNOWN_FIELD.exec(error.message)?.[1];
  return field === undefined ? error : error.with({ param: field === 'thinking' ? 'reasoning' : field });
}

/** The error in a payload that came with HTTP 200; null when it is none. */
export const findErrorIn = (payload: JsonObject): RouterError | null => findError(payload, TABLE);
