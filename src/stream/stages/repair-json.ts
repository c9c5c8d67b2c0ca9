/**
 * Repairs the text of an answer that should be JSON and is not, for a client that requests it (OpenRouter's plugin `response-healing`). Only
 * for answers that are not streamed: the text of a choice is held until it ends. Every repair is reported. Pure.
 */
import type { ChoiceEndEvent, Stage, StreamEvent, TextDeltaEvent } from '../../unified/response/event.ts';
import { isTerminal } from '../../unified/response/event.ts';

/** How texts are repaired. */
export type JsonRepair = {
  /** Returns the repaired text; null when it cannot be repaired. */
  repair: (text: string) => string | null;
  /** Receives whether an answer that was no JSON was repaired. */
  report: (isRepaired: boolean) => void;
};

/** Creates the stage. */
export function createRepairStage({ repair, report }: JsonRepair): Stage {
  /** Text of each choice so far. Null = it is no text answer, or has ended. */
  const held = new Map<number, TextDeltaEvent[] | null>();

  function hold(event: TextDeltaEvent): StreamEvent[] {
    const texts = held.get(event.choice);
    if (texts === null) return [event];
    if (texts === undefined) held.set(event.choice, [event]);
    else texts.push(event);
    return [];
  }

  /** The held text of a choice. More of it is not held. */
  function release(choice: number): TextDeltaEvent[] {
    const texts = held.get(choice) ?? [];
    held.set(choice, null);
    return texts;
  }

  /** The end of a choice, with its text before it. */
  function end(event: ChoiceEndEvent): { events: StreamEvent[]; isRepaired: boolean } {
    const texts = release(event.choice);
    const text = texts.map((one) => one.text).join('');
    // An answer that was cut must not look complete.
    if (event.reason !== 'stop' || text === '' || isJson(text)) return { events: [...texts, event], isRepaired: false };
    const repaired = repair(text);
    report(repaired !== null);
    if (repaired === null) return { events: [...texts, event], isRepaired: false };
    return { events: [{ type: 'text-delta', choice: event.choice, text: repaired }, event], isRepaired: true };
  }

  return {
    push(events) {
      let hasRepaired = false;
      const passed = events.flatMap((event): StreamEvent[] => {
        if (event.type === 'text-delta') return hold(event);
        if (event.type === 'choice-end') {
          const ended = end(event);
          hasRepaired ||= ended.isRepaired;
          return ended.events;
        }
        if (event.type === 'choice-error' || event.type === 'tool-call-delta' || event.type === 'refusal-delta')
          return [...release(event.choice), event];
        return isTerminal(event) ? [...[...held.keys()].flatMap(release), event] : [event];
      });
      return hasRepaired ? passed.map(withoutOriginal) : passed;
    },
  };
}

/** The upstream's own payloads have the text before its repair. */
function withoutOriginal(event: StreamEvent): StreamEvent {
  if (!('original' in event)) return event;
  const { original: _, ...rest } = event;
  return rest;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
