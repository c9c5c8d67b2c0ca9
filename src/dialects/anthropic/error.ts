/**
 * Error answers of the Messages API: `{type: "error", error: {type, message}, request_id}` (@anthropic-ai/sdk 1.11.0,
 * resources/shared.ts; Anthropic's errors page; read 2026-11-20). The shape is one that OpenAI-shaped hosts use too; added here is what
 * only the words of a message say.
 */
import { RouterError, type ErrorDetails, type ErrorType } from '../../unified/error.ts';
import type { HeaderReader } from '../dialect.ts';
import { parseErrorBody } from '../openai-common/error.ts';

/** Money that is missing is a 400 here (texts as last known): another provider may still serve. */
const CANNOT_PAY = /credit balance is too low|reached your specified (api )?usage limits|spend(ing)? limit/i;

/** What was asked for and what was given do not fit into the context together (text as last known). */
const TOO_LONG = /exceeds? (the )?context (limit|window)|prompt is too long/i;

/** `max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens` (text as last known): a value, not a field, is refused. */
const TOO_MANY = /^max_tokens: \d+ > \d+/;

/** `max_tokens: Field required`, `tools.0.custom.input_schema: ...`: the field that a message begins with. */
const FIELD = /^([a-z_]+(?:\.[\w-]+)*): /;

/** Reads an error answer. */
export function parseError(status: number, body: unknown, header?: HeaderReader): RouterError {
  const error = parseErrorBody(status, body);
  const { message } = error;
  const field = TOO_MANY.test(message) ? undefined : FIELD.exec(message)?.[1];
  const details: ErrorDetails = {
    ...error.details,
    // Places in messages are counted after ours were put together: they would lead the client astray.
    ...(field === undefined ? {} : { param: field.startsWith('messages.') ? 'messages' : field }),
    ...(header?.('x-should-retry') === 'false' ? { retryable: false } : {}),
  };
  return new RouterError(typeOf(error, status), message, details);
}

function typeOf({ type, message }: RouterError, status: number): ErrorType {
  if (status !== 400) return type;
  if (TOO_MANY.test(message)) return 'max_tokens_exceeded';
  return CANNOT_PAY.test(message) ? 'payment_required' : TOO_LONG.test(message) ? 'context_length_exceeded' : type;
}
