/** An error as an HTTP response: the status, the body, and the headers that tell a client's retry loop what to do. */
import { errorBody } from '../dialects/openai-common/client/error-body.ts';
import type { RouterError } from '../unified/error.ts';

/**
 * `Retry-After` is a whole number of seconds, at least 1, on everything that may be tried again: some clients obey a small value to
 * the letter and never stop. Everything else says `x-should-retry: false`, which the OpenAI clients read.
 */
export function errorResponse(error: RouterError): Response {
  const advice: Record<string, string> = error.retryable
    ? { 'retry-after': String(error.details.retryAfterSeconds ?? 1) }
    : { 'x-should-retry': 'false' };
  return Response.json(errorBody(error), {
    status: error.status,
    headers: { ...error.details.headers, ...advice, 'cache-control': 'no-store' },
  });
}
