/**
 * Joins an answer that broke off and the one that continues it. Two kinds: an answer made anew, of which only what is
 * beyond the text already shown is passed on, and only while it repeats that text; and one that was begun with that text
 * and brings only the rest. Reasoning is not shown again. Neither is the structure of the new answer, nor what its upstream itself wrote: the
 * client has another beginning. Pure.
 */
import { RouterError } from '../unified/error.ts';
import { changeEvent, isReasoning, isStructure, type Stage, type StreamEvent, type TextDeltaEvent } from '../unified/response/event.ts';

/** A stage that reports when the continuation has reached the text already shown. */
export interface ContinuationFilter extends Stage {
  /** The text of the new answer has reached what was shown already. */
  closed(): boolean;
}

/** The new answer differs from the text that the client has. */
export class Mismatch extends RouterError {
  constructor() {
    super('provider_unavailable', 'the repeated answer differs from the text already sent');
  }
}

/**
 * An answer made anew.
 *
 * @param shown the text that the client has.
 * @throws Mismatch from `push`, when the new answer differs, ends or calls a tool before its end.
 */
export function createRepeatFilter(shown: string): ContinuationFilter {
  let reached = 0;

  function text(event: TextDeltaEvent): StreamEvent[] {
    if (reached >= shown.length) return [changeEvent(event, {})];
    const part = event.text.slice(0, shown.length - reached);
    if (!shown.startsWith(part, reached)) throw new Mismatch();
    reached += part.length;
    const rest = event.text.slice(part.length);
    return rest === '' ? [] : [changeEvent(event, { text: rest })];
  }

  function take(event: StreamEvent): StreamEvent[] {
    switch (event.type) {
      case 'start':
      case 'reasoning-delta':
      case 'reasoning-state':
        return [];
      case 'text-delta':
        return text(event);
      case 'error':
      case 'usage':
        return [event];
      default:
        if (isStructure(event)) return [];
        if (reached < shown.length) throw new Mismatch();
        return [changeEvent(event, {})];
    }
  }

  return { push: (events) => events.flatMap(take), closed: () => reached >= shown.length };
}

/**
 * An answer that was begun with the text already shown. Space at the end of that text was omitted, since providers refuse it there;
 * where the new answer brings it again, it is not shown twice.
 *
 * @param omitted that space.
 */
export function createPrefillFilter(omitted: string): ContinuationFilter {
  let left = omitted;

  function text(event: TextDeltaEvent): StreamEvent[] {
    if (left === '') return [changeEvent(event, {})];
    let common = 0;
    while (common < left.length && common < event.text.length && left[common] === event.text[common]) common++;
    left = common === event.text.length ? left.slice(common) : '';
    const rest = event.text.slice(common);
    return rest === '' ? [] : [changeEvent(event, { text: rest })];
  }

  return {
    push: (events) =>
      events.flatMap((event): StreamEvent[] => {
        if (event.type === 'start' || isReasoning(event) || isStructure(event)) return [];
        return event.type === 'text-delta' ? text(event) : [changeEvent(event, {})];
      }),
    closed: () => true,
  };
}
