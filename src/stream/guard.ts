/**
 * Holds the grammar of an answer (see `unified/event.ts`), whatever an upstream sends: one end per choice, one last word, nothing
 * after it, tool calls with ids. An upstream that falls silent before it has ended every choice becomes an error: promise 2, no
 * silent cut. Pure.
 */
import { RouterError } from '../unified/error.ts';
import type { ChoiceEndEvent, ErrorEvent, Stage, StreamEvent, ToolCallDeltaEvent } from '../unified/event.ts';
import { isEmptyUsage, type Usage } from '../unified/usage.ts';

/** A stage that must be told when the upstream is over. */
export interface Guard extends Stage {
  /** The upstream has ended; what that means depends on what came before. */
  end(): StreamEvent[];
  /** True once the last word has been said. */
  ended(): boolean;
}

type Choice = { ended: boolean; calls: Set<number> };

/** @param generationId makes ids for tool calls that came without one. */
export function createGuard(generationId: string): Guard {
  const choices = new Map<number, Choice>();
  let usage: Usage | null = null;
  let started = false;
  let over = false;

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { ended: false, calls: new Set() };
    choices.set(index, created);
    return created;
  }

  function openChoices(): number[] {
    const open = [...choices].filter(([, choice]) => !choice.ended).map(([index]) => index);
    // Nothing had begun: the error still needs a choice to stand in.
    return choices.size === 0 ? [0] : open.sort((one, other) => one - other);
  }

  function withCallId(event: ToolCallDeltaEvent, choice: Choice): ToolCallDeltaEvent {
    if (choice.calls.has(event.index)) return event;
    choice.calls.add(event.index);
    return event.id === undefined ? { ...event, id: `call_${generationId}_${event.choice}_${event.index}` } : event;
  }

  function endChoice(event: ChoiceEndEvent, choice: Choice): ChoiceEndEvent {
    choice.ended = true;
    // Some hosts say "stop" after calling tools; clients act on the reason.
    return event.reason === 'stop' && choice.calls.size > 0 ? { ...event, reason: 'tool_calls' } : event;
  }

  function fail(error: RouterError): ErrorEvent {
    over = true;
    return { type: 'error', error, usage, open: openChoices() };
  }

  function end(): StreamEvent[] {
    if (over) return [];
    if (choices.size === 0) return [fail(new RouterError('provider_unavailable', 'the upstream ended without an answer'))];
    if (openChoices().length > 0)
      return [fail(new RouterError('provider_unavailable', 'the upstream ended in the middle of the answer, without a finish reason'))];
    over = true;
    return [{ type: 'end', usage }];
  }

  function take(event: StreamEvent): StreamEvent[] {
    switch (event.type) {
      case 'start':
        if (started) return [];
        started = true;
        return [event];
      case 'usage':
        if (!isEmptyUsage(event.usage)) usage = event.usage;
        return [];
      case 'end':
        return end();
      case 'error':
        return [fail(event.error)];
      default: {
        const choice = choiceAt(event.choice);
        if (choice.ended) return [];
        if (event.type === 'choice-end') return [endChoice(event, choice)];
        return [event.type === 'tool-call-delta' ? withCallId(event, choice) : event];
      }
    }
  }

  return {
    push: (events) => events.flatMap((event) => (over ? [] : take(event))),
    end,
    ended: () => over,
  };
}
