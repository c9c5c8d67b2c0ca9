/**
 * Reads an answer up to its first content, or to the error that replaces it. This decides whether the attempt succeeds; the caller handles
 * both cases.
 */
import { append } from '../lib/append.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createKeptEvents } from './kept-events.ts';

/** The events of an answer up to its first content, or the error that replaced it. */
export type FirstContent = { events: StreamEvent[]; source: EventSource; error: null } | { events: []; source: null; error: RouterError };

/**
 * Opens an answer and reads up to its first content. A RouterError thrown by `open` is part of the result.
 *
 * @param whole the budget for an answer that is read to its end; null = read only up to the first content.
 */
export async function readFirstContent(open: () => Promise<EventSource>, whole: AnswerBudget | null): Promise<FirstContent> {
  const events: StreamEvent[] = [];
  const kept =
    whole === null ? { push: (batch: readonly StreamEvent[]) => append(events, batch), take: () => events } : createKeptEvents(whole);
  const isDecisive = whole === null ? decidesAnswer : isTerminal;
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
      if (batch === null || batch.some(isDecisive)) return { events: kept.take(), source, error: null };
    }
  } catch (thrown) {
    source?.cancel();
    kept.take();
    if (!(thrown instanceof RouterError)) throw thrown; // a bug, not a failed answer
    return { events: [], source: null, error: thrown };
  }
}

/** True for an event after which an answer exists or nothing more can come. */
export const decidesAnswer = (event: StreamEvent): boolean => isContent(event) || isTerminal(event) || event.type === 'choice-end';
