/**
 * The beginning of an answer, which decides whether it is one: up to its first content, or to the error that came instead. Knows
 * nothing of what comes of either.
 */
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/event.ts';
import type { Usage } from '../unified/usage.ts';
import type { EventSource } from './event-source.ts';

/** An answer that has begun, with all of its events so far; or why there is none, and what it had cost by then (null = not known). */
export type Beginning =
  | { events: StreamEvent[]; source: EventSource; error: null; bill: null }
  | { events: []; source: null; error: RouterError; bill: Usage | null };

/** Opens an answer and reads its beginning; `wholly`: up to its end. A RouterError that `open` throws is in the outcome. */
export async function begin(open: () => Promise<EventSource>, wholly: boolean): Promise<Beginning> {
  const events: StreamEvent[] = [];
  try {
    const source = await open();
    for (;;) {
      const batch = await source.read();
      const hasContent = events.some(isContent);
      events.push(...(batch ?? []));
      const failure = batch?.find((event) => event.type === 'error');
      if (failure !== undefined && (wholly || !(hasContent || batch?.some(isContent) === true))) {
        source.cancel();
        return { events: [], source: null, error: failure.error, bill: failure.usage };
      }
      if (batch === null || batch.some((event) => (wholly ? isTerminal(event) : begins(event)))) {
        return { events, source, error: null, bill: null };
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown; // a bug of ours, and no answer
    return { events: [], source: null, error: thrown, bill: null };
  }
}

/** After it, there is an answer, or nothing more will come. */
export const begins = (event: StreamEvent): boolean => isContent(event) || isTerminal(event) || event.type === 'choice-end';
