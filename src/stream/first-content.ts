/**
 * The beginning of an answer, which decides whether it is one: up to its first content, or to the error that came instead. Knows
 * nothing of what comes of either.
 */
import { append } from '../lib/append.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createKeptEvents } from './kept-events.ts';

/** An answer that has begun, with all of its events so far; or why there is none. */
export type FirstContent = { events: StreamEvent[]; source: EventSource; error: null } | { events: []; source: null; error: RouterError };

/**
 * Opens an answer and reads its beginning. A RouterError that `open` throws is in the outcome.
 *
 * @param whole the budget for an answer that is read to its end; null = only its beginning is read.
 */
export async function readFirstContent(open: () => Promise<EventSource>, whole: AnswerBudget | null): Promise<FirstContent> {
  const events: StreamEvent[] = [];
  const kept =
    whole === null ? { push: (batch: readonly StreamEvent[]) => append(events, batch), take: () => events } : createKeptEvents(whole);
  const decides = whole === null ? endsWaiting : isTerminal;
  let source: EventSource | null = null;
  let hasContent = false;
  try {
    source = await open();
    for (;;) {
      const batch = await source.read();
      hasContent ||= batch?.some(isContent) === true;
      const failure = batch?.find((event) => event.type === 'error');
      if (failure !== undefined && (whole !== null || !hasContent)) {
        kept.take();
        source.cancel();
        return { events: [], source: null, error: failure.error };
      }
      kept.push(batch ?? []);
      if (batch === null || batch.some(decides)) return { events: kept.take(), source, error: null };
    }
  } catch (thrown) {
    source?.cancel();
    kept.take();
    if (!(thrown instanceof RouterError)) throw thrown; // a bug of ours, and no answer
    return { events: [], source: null, error: thrown };
  }
}

/** After it, there is an answer, or nothing more will come. */
export const endsWaiting = (event: StreamEvent): boolean => isContent(event) || isTerminal(event) || event.type === 'choice-end';
