/** The text of an answer that the client has, kept so that another endpoint can continue it. */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { isReasoning, isStructure, type StreamEvent } from '../unified/response/event.ts';
import { KeptText } from '../unified/response/kept-text.ts';

/** Longest text that is kept, in characters. A longer answer is not continued: asking for all of it again costs more than it is worth. */
export const MAX_SHOWN_CHARACTERS = 1024 * 1024;

/** Text that was shown. */
export class ShownText {
  /** Null once something was shown that no other answer can continue: a tool call, a finish, too long a text. */
  #kept: KeptText | null;

  constructor(budget: AnswerBudget) {
    this.#kept = new KeptText(budget);
  }

  /** Adds what the client is shown. */
  add(events: readonly StreamEvent[]): void {
    const kept = this.#kept;
    if (kept === null) return;
    let isPast = false;
    for (const event of events) {
      if (event.type === 'text-delta') isPast ||= !kept.tryAdd(event.text);
      else if (event.type !== 'start' && !isReasoning(event) && !isStructure(event)) isPast = true;
    }
    if (!isPast && kept.length() <= MAX_SHOWN_CHARACTERS) return;
    kept.release();
    this.#kept = null;
  }

  /** The text; null where it cannot be continued. */
  text(): string | null {
    return this.#kept === null ? null : this.#kept.text();
  }
}
