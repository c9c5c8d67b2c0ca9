/** Passes an answer on unchanged, and keeps its events for the response cache. */
import { createKeptEvents, type KeptEvents } from '../stream/kept-events.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createAnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';

/** What becomes of the events. */
export type Keeping = {
  maxCharacters: number;
  keepsToolCalls: boolean;
  /** The next read begins, or has ended. */
  setWorking(isWorking: boolean): void;
  /** The answer is complete. */
  keep(events: StreamEvent[]): void;
  /** It cannot be repeated: it failed, was cut off by a filter, is too large, or has calls of tools that are not stored. */
  giveUp(): void;
};

/** A source whose events are kept. */
export class StoringSource implements EventSource {
  readonly #source: EventSource;
  readonly #keeping: Keeping;
  /** Null = given up, or over. */
  #kept: KeptEvents | null;
  #hasEnd = false;

  constructor(source: EventSource, keeping: Keeping) {
    this.#source = source;
    this.#keeping = keeping;
    this.#kept = createKeptEvents(createAnswerBudget(keeping.maxCharacters));
  }

  async read(): Promise<StreamEvent[] | null> {
    this.#keeping.setWorking(true);
    try {
      const events = await this.#source.read();
      if (events === null) this.#giveUp();
      else this.#take(events);
      return events;
    } catch (thrown) {
      this.#giveUp();
      throw thrown;
    } finally {
      this.#keeping.setWorking(false);
    }
  }

  cancel(): void {
    this.#giveUp();
    this.#source.cancel();
  }

  #take(events: readonly StreamEvent[]): void {
    const kept = this.#kept;
    if (kept === null) return;
    if (events.some((event) => this.#isObstacle(event))) return this.#giveUp();
    this.#hasEnd ||= events.some(({ type }) => type === 'choice-end');
    try {
      kept.push(events);
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      return this.#giveUp(); // it is too large
    }
    if (events.at(-1)?.type !== 'end') return;
    if (!this.#hasEnd) return this.#giveUp();
    this.#kept = null;
    this.#keeping.keep(kept.take());
  }

  #isObstacle(event: StreamEvent): boolean {
    switch (event.type) {
      case 'error':
      case 'choice-error':
        return true;
      case 'choice-end':
        return event.reason === 'error' || event.reason === 'content_filter';
      case 'tool-call-delta':
        return !this.#keeping.keepsToolCalls;
      default:
        return false;
    }
  }

  #giveUp(): void {
    if (this.#kept === null) return;
    this.#kept = null;
    this.#keeping.giveUp();
  }
}
