/**
 * Keeps events until they are used: a whole answer for a client that does not stream, or one of several candidates. Pieces of one text are
 * joined into one event, so memory grows with the answer and not with the number of pieces.
 */
import { ENTRY_BYTES, type AnswerBudget } from '../unified/response/answer-budget.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { sizeOfContent } from '../unified/response/event-size.ts';
import { KeptText } from '../unified/response/kept-text.ts';

export interface KeptEvents {
  /** @throws RouterError when the budget is spent. */
  push(events: readonly StreamEvent[]): void;
  /** Removes and returns the events. */
  take(): StreamEvent[];
}

/** An event whose text may still grow. */
type GrowingEvent = { event: StreamEvent; text: KeptText };

export function createKeptEvents(budget: AnswerBudget): KeptEvents {
  let events: StreamEvent[] = [];
  /** The last event of each choice, if its text may grow. */
  const growing = new Map<number, GrowingEvent>();
  let bytes = 0;

  function storeEvent(event: StreamEvent, size: number): void {
    budget.take(size);
    bytes += size;
    events.push(event);
  }

  function close(choice: number): void {
    const last = growing.get(choice);
    if (last === undefined) return;
    growing.delete(choice);
    if (last.event.type === 'tool-call-delta') last.event.arguments = last.text.text();
    else if ('text' in last.event) last.event.text = last.text.text();
    last.text.release();
    const size = last.text.length();
    budget.take(size);
    bytes += size;
  }

  function push(event: StreamEvent): void {
    if (!('choice' in event)) return storeEvent(event, ENTRY_BYTES + sizeOfContent(event));
    const piece = growingPiece(event);
    const last = growing.get(event.choice);
    if (last !== undefined && piece !== null && isContinuation(last.event, event)) return last.text.add(piece);
    close(event.choice);
    if (piece === null) return storeEvent(event, ENTRY_BYTES + sizeOfContent(event));
    const text = new KeptText(budget);
    const own = { ...event };
    storeEvent(own, ENTRY_BYTES + sizeOfContent(event) - piece.length);
    growing.set(event.choice, { event: own, text });
    text.add(piece);
  }

  return {
    push(batch) {
      for (const event of batch) push(event);
    },
    take() {
      for (const choice of growing.keys()) close(choice);
      const taken = events;
      events = [];
      budget.give(bytes);
      bytes = 0;
      return taken;
    },
  };
}

/** Returns the text of an event that a later event may extend. Null = it cannot be extended: what its upstream wrote would be lost. */
function growingPiece(event: StreamEvent): string | null {
  if ('original' in event) return null;
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      return event.logprobs === undefined ? event.text : null;
    case 'reasoning-delta':
      return event.details === undefined ? event.text : null;
    case 'tool-call-delta':
      return event.arguments;
    default:
      return null;
  }
}

/** True when an event only adds to the text of the event before it. */
function isContinuation(last: StreamEvent, event: StreamEvent): boolean {
  if (last.type !== event.type) return false;
  if (last.type !== 'tool-call-delta' || event.type !== 'tool-call-delta') return true;
  return last.index === event.index && event.id === undefined && event.name === undefined && event.extra === undefined;
}
