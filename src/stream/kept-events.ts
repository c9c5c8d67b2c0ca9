/**
 * Events that are kept until it is known what becomes of them: a whole answer for a client that does not stream, a candidate of several.
 * Pieces of one text become one event, so what is kept grows with the answer and not with the number of its pieces.
 */
import { ENTRY_BYTES, type AnswerBudget } from '../unified/response/answer-budget.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { sizeOfContent } from '../unified/response/event-size.ts';
import { createKeptText, type KeptText } from '../unified/response/kept-text.ts';

export interface KeptEvents {
  /** @throws RouterError when the budget is spent. */
  push(events: readonly StreamEvent[]): void;
  /** Takes the events out. */
  take(): StreamEvent[];
}

/** An event whose text is still growing. */
type Growing = { event: StreamEvent; text: KeptText };

export function createKeptEvents(budget: AnswerBudget): KeptEvents {
  let events: StreamEvent[] = [];
  /** The last event of each choice, where it is one that can grow. */
  const growing = new Map<number, Growing>();
  let bytes = 0;

  function keep(event: StreamEvent, size: number): void {
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
    if (!('choice' in event)) return keep(event, ENTRY_BYTES);
    const piece = growingPiece(event);
    const last = growing.get(event.choice);
    if (last !== undefined && piece !== null && goesOn(last.event, event)) return last.text.add(piece);
    close(event.choice);
    if (piece === null) return keep(event, ENTRY_BYTES + sizeOfContent(event));
    const text = createKeptText(budget);
    const own = { ...event };
    keep(own, ENTRY_BYTES + sizeOfContent(event) - piece.length);
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

/** The text of an event that the next one may go on with; null = nothing goes on with it. */
function growingPiece(event: StreamEvent): string | null {
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

/** Whether an event only adds to the text of the one before it. */
function goesOn(last: StreamEvent, event: StreamEvent): boolean {
  if (last.type !== event.type) return false;
  if (last.type !== 'tool-call-delta' || event.type !== 'tool-call-delta') return true;
  return last.index === event.index && event.id === undefined && event.name === undefined && event.extra === undefined;
}
