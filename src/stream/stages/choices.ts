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
  /** Upstream number of each choice to its new number. At most `expected` entries. */
  const numbers = new Map<number, number>();
  const taken = new Set<number>();
  let hasDropped = false;

  /** A free number in range is kept. Any other choice gets the highest free number, because lower ones are more likely to appear. */
  function assign(name: number): number | null {
    if (taken.size >= expected) return null;
    let number = name;
    if (!Number.isInteger(name) || name < 0 || name >= expected || taken.has(name)) {
      number = expected - 1;
      while (taken.has(number)) number--;
    }
    taken.add(number);
    numbers.set(name, number);
    return number;
  }

  function renumber<Event extends StreamEvent & { choice: number }>(event: Event): Event | null {
    const number = numbers.get(event.choice) ?? assign(event.choice);
    if (number === event.choice) return event;
    if (number !== null) return changeEvent(event, { choice: number } as Partial<Event>);
    if (!hasDropped) onDropped();
    hasDropped = true;
    return null;
  }

  return {
    push(events) {
      let changed: StreamEvent[] | null = null;
      for (let position = 0; position < events.length; position++) {
        const event = events[position] as StreamEvent; // the index is in range
        const renumbered = 'choice' in event ? renumber(event) : event;
        if (renumbered !== event) changed ??= events.slice(0, position);
        if (changed !== null && renumbered !== null) changed.push(renumbered);
      }
      return changed ?? events;
    },
  };
}
