/**
 * Reads error responses of the Messages API: `{type: "error", error: {type, message}, request_id}` (@anthropic-ai/sdk 1.11.0,
 * resources/shared.ts; Anthropic's errors page; read 2026-11-20). OpenAI-shaped providers use the shape too; this file adds facts that are
 * only in the text of a message.
 */
import { RouterError, type ErrorDetails } from '../../../unified/error.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { HeaderReader } from '../../dialect.ts';
import { findErrorIn as findError, parseErrorBody, type ErrorTable } from '../../openai-common/upstream/error.ts';
import { ERROR_ROWS } from './error-table.ts';

/** `max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens` (anthropics/claude-code#24451): a value, not a field, is refused. */
const TOO_MANY = /^max_tokens: \d+ > \d+/;

/** `max_tokens: Field required`, `tools.0.custom.input_schema: ...`: the field that a message begins with. */
const FIELD = /^([a-z_]+(?:\.[\w-]+)*): /;

/** Reads an error answer. */
export function parseError(status: number, body: unknown, header?: HeaderReader): RouterError {
  const error = parseErrorBody(status, body, TABLE);
  const { message } = error;
  const field = TOO_MANY.test(message) ? undefined : FIELD.exec(message)?.[1];
  const details: ErrorDetails = {
    ...error.details,
    // Indexes in messages refer to the rendered messages, not to the client's, so they are not reported.
    ...(field === undefined ? {} : { param: field.startsWith('messages.') ? 'messages' : field }),
    ...(header?.('x-should-retry') === 'false' ? { retryable: false } : {}),
  };
  return new RouterError(error.type, message, details);
}

/** The error in a payload that came with HTTP 200; null when it is none. */
export const findErrorIn = (payload: JsonObject): RouterError | null => findError(payload, TABLE);

const TABLE: ErrorTable = { rows: ERROR_ROWS };
