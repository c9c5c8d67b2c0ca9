/** Response headers that formats share: the content types of a stream of server-sent events and of a JSON body. */

/** A stream of server-sent events that no proxy keeps back. */
const SSE_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } as const;

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** Headers of a format that streams server-sent events and answers with JSON otherwise. */
export function sseOrJsonHeaders(kind: 'stream' | 'body'): Readonly<Record<string, string>> {
  return kind === 'stream' ? SSE_HEADERS : JSON_HEADERS;
}
