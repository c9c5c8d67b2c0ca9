/** Builds the HTTP response of an error in a client format, with the headers that a client's retry loop reads. */
import type { ClientFormat } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import type { RouterError } from '../unified/error.ts';

/**
 * `Retry-After` is a whole number of seconds, at least 1, on everything that may be tried again: some clients repeat a
 * request at once after a smaller value, without end. Every other error has `x-should-retry: false`, which the clients of OpenAI and Anthropic read.
 */
export function errorResponse(error: RouterError, client: Pick<ClientFormat, 'encodeError' | 'idPrefix'>, generationId: string): Response {
  const advice: Record<string, string> = error.retryable
    ? { 'retry-after': String(error.details.retryAfterSeconds ?? 1) }
    : { 'x-should-retry': 'false' };
  const { status, headers, body } = client.encodeError(error, { id: responseId(client, generationId) });
  return Response.json(body, { status, headers: { ...error.details.headers, ...advice, ...headers, 'cache-control': 'no-store' } });
}
