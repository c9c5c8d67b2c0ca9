/** `GET` and `DELETE /streams/{id}`: the rest of an answer that can be resumed, and its end. */
import type { Caller } from '../accounts/caller.ts';
import { countOf } from '../lib/json.ts';
import type { Streams } from '../ports.ts';
import { missingStream, RouterError } from '../unified/error.ts';

/** A stream, and its caller. */
type StreamTask = { id: string; caller: Caller; streams: Streams | null };

/** Returns the events after the last one that the client has, and those to come; a whole answer where it is no stream. */
export async function readStream({ streams, ...name }: StreamTask, request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const after = readAfter(request.headers.get('last-event-id'), { starting_after: searchParams.get('starting_after') ?? undefined });
  if (streams === null) throw notBound();
  return streams.read(name, after);
}

/** Ends a stream; one that has ended stays as it is. */
export async function stopStream({ streams, ...name }: StreamTask): Promise<Response> {
  if (streams === null) throw notBound();
  if (!(await streams.stop(name))) throw missingStream(name.id);
  return Response.json({ id: name.id, object: 'stream', stopped: true });
}

const notBound = () =>
  new RouterError('not_found', 'This router keeps no streams: bind the Durable Object STREAMS (class StreamObject), as in wrangler.toml.');

/**
 * The id of the last event that a client has; -1 = none. The header has priority: a browser that connects again repeats the address.
 *
 * @param header `Last-Event-ID`.
 * @throws RouterError naming the value that is no id.
 */
export function readAfter(header: string | null, query: Readonly<Record<string, string | undefined>>): number {
  const [name, given] = header === null ? ['starting_after', query['starting_after']] : ['Last-Event-ID', header];
  if (given === undefined || given === '') return -1;
  const after = countOf(given);
  if (after !== null) return after;
  const message = `${name}: expected the id of the last event that was received, a whole number from 0, not ${JSON.stringify(given.slice(0, 40))}.`;
  throw new RouterError('invalid_request', message, { param: name });
}
