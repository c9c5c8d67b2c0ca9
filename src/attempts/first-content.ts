/** Reads the beginning of an answer, which decides whether it is one: up to its first content, or to the error that comes instead. */
import { append } from '../lib/append.ts';
import { createKeptEvents } from '../stream/kept-events.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { decidesAnswer, isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** Observes the events of an answer while its beginning is read. */
export interface Observer {
  observe(events: readonly StreamEvent[]): void;
}

/**
 * Reads up to the first content. An answer that is no answer is cancelled.
 *
 * @throws RouterError the error that came before any content.
 */
export async function readFirstContent(source: EventSource, observer: Observer): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) {
    observer.observe(batch);
    const last = batch.at(-1);
    append(events, batch);
    if (last?.type === 'error' && !events.some(isContent)) {
      source.cancel();
      throw last.error;
    }
    if (batch.some(decidesAnswer)) break;
  }
  return events;
}

/**
 * Reads the whole answer.
 *
 * @param budget what the events are kept from.
 * @throws RouterError the error that ends the answer, or that the budget is spent.
 */
export async function readWhole(source: EventSource, observer: Observer, budget: AnswerBudget): Promise<StreamEvent[]> {
  const kept = createKeptEvents(budget);
  try {
    for (let batch = await source.read(); batch !== null; batch = await source.read()) {
      observer.observe(batch);
      const last = batch.at(-1);
      if (last?.type === 'error') throw last.error;
      kept.push(batch);
      if (batch.some(isTerminal)) break;
    }
    return kept.take();
  } catch (thrown) {
    kept.take();
    source.cancel();
    throw thrown;
  }
}
