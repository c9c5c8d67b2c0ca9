/**
 * Reads errors of Ollama: `{"error": "text"}`, whatever the status. Source: docs/api/errors.mdx and server/routes.go of
 * github.com/ollama/ollama (fb30760, 2026-08-21), read 2026-11-20.
 */
import type { RouterError } from '../../unified/error.ts';
import type { JsonObject } from '../../lib/json.ts';
import { findErrorIn as findError, parseErrorBody, type ErrorTable } from '../openai-common/upstream/error.ts';
import { ERROR_ROWS } from './error-table.ts';

const TABLE: ErrorTable = { rows: ERROR_ROWS };

const WRONG_TYPE = /option "(\w+)" must be of type/;

/** Reads a response with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const error = parseErrorBody(status, body, TABLE);
  const option = WRONG_TYPE.exec(error.message)?.[1];
  if (option !== undefined) return error.with({ param: option });
  return /does not support thinking/.test(error.message) ? error.with({ param: 'reasoning' }) : error;
}

/** Returns the error in a payload with HTTP 200, or null. */
export const findErrorIn = (payload: JsonObject): RouterError | null => findError(payload, TABLE);
