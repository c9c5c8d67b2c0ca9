/** Reads which events of a stream a client asks for. */
import { countOf } from '../lib/json.ts';
import { RouterError } from '../unified/error.ts';

/**
 * The id of the last event that a client has; -1 = none. The header has priority: a browser that connects again repeats the address.
 *
 * @param header `Last-Event-ID`.
 * @throws RouterError naming the value that is no id.
 */
export function readAfter(header: string | null, query: Readonly<Record<string, string>>): number {
  const [name, given] = header === null ? ['starting_after', query['starting_after']] : ['Last-Event-ID', header];
  if (given === undefined || given === '') return -1;
  const after = countOf(given);
  if (after !== null) return after;
  const message = `${name}: expected the id of the last event that was received, a whole number from 0, not ${JSON.stringify(given.slice(0, 40))}.`;
  throw new RouterError('invalid_request', message, { param: name });
}
