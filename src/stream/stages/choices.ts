/**
 * Renumbers the choices of one call from 0, whatever numbers the upstream uses. Drops surplus choices, so that no text reaches a choice of
 * another call. Pure.
 */
import { changeEvent, type StreamEvent } from '../../unified/response/event.ts';

/** A stage that returns the same list when nothing changes. */
export type ChoiceStage = { push(events: readonly StreamEvent[]): readonly StreamEvent[] };

/**
 * @param expected number of choices that the call requested.
 * @param onDropped called once, when the upstream returns more.
 */
export function createChoiceStage(expected: number, onDropped: () => void): ChoiceStage {
  return new Renumbering(expected, onDropped);
}

class Renumbering implements ChoiceStage {
  readonly #expected: number;
  readonly #onDropped: () => void;
  /** Upstream number of each choice to its new number. At most `expected` entries. */
  readonly #numbers = new Map<number, number>();
  #hasDropped = false;

  constructor(expected: number, onDropped: () => void) {
    this.#expected = expected;
    this.#onDropped = onDropped;
  }

  push(events: readonly StreamEvent[]): readonly StreamEvent[] {
    let changed: StreamEvent[] | null = null;
    for (let position = 0; position < events.length; position++) {
      const event = events[position] as StreamEvent; // the index is in range
      const renumbered = 'choice' in event ? this.#renumber(event) : event;
      if (renumbered !== event) changed ??= events.slice(0, position);
      if (changed !== null && renumbered !== null) changed.push(renumbered);
    }
    return changed ?? events;
  }

  /** A free number in range is kept. Any other choice gets the highest free number, because lower ones are more likely to appear. */
  #assign(name: number): number | null {
    if (this.#numbers.size >= this.#expected) return null;
    const taken = new Set(this.#numbers.values());
    let number = name;
    if (!Number.isInteger(name) || name < 0 || name >= this.#expected || taken.has(name)) {
      number = this.#expected - 1;
      while (taken.has(number)) number--;
    }
    this.#numbers.set(name, number);
    return number;
  }

  #renumber<Event extends StreamEvent & { choice: number }>(event: Event): Event | null {
    const number = this.#numbers.get(event.choice) ?? this.#assign(event.choice);
    if (number === event.choice) return event;
    if (number !== null) return changeEvent(event, { choice: number } as Partial<Event>);
    if (!this.#hasDropped) this.#onDropped();
    this.#hasDropped = true;
    return null;
  }
}
