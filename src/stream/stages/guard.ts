/**
 * Holds the grammar of an answer (see `unified/response/event.ts`), whatever an upstream sends: one end per choice, one last word, nothing
 * after it, tool calls with ids. An upstream that falls silent before it has ended every choice becomes an error: promise 2, no
 * silent cut. Pure.
 */
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import type {
  ChoiceEndEvent,
  ChoiceErrorEvent,
  DeltaEvent,
  ErrorEvent,
  Stage,
  StreamEvent,
  ToolCallDeltaEvent,
} from '../../unified/response/event.ts';
import { isEmptyUsage, type Usage } from '../../unified/response/usage.ts';

/** A stage that must be told when the upstream is over. */
export interface Guard extends Stage {
  /** The upstream has ended; what that means depends on what came before. */
  end(): StreamEvent[];
  /** True once the last word has been said. */
  ended(): boolean;
}

type Choice = { ended: boolean; error: RouterError | null; calls: Set<number> };

/**
 * @param generationId makes ids for tool calls that came without one.
 * @param expected how many choices the upstream was asked for; no event has another.
 * @param budget of the answer, which its tool calls take from. `push` throws a RouterError when that is spent.
 */
export function createGuard(generationId: string, expected: number, budget: AnswerBudget = UNLIMITED): Guard {
  const choices = new Map<number, Choice>();
  let usage: Usage | null = null;
  let started = false;
  /** Of the first choice that broke off. */
  let cause: RouterError | null = null;
  let over = false;

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { ended: false, error: null, calls: new Set() };
    choices.set(index, created);
    return created;
  }

  /** Choices that did not end well. */
  function openChoices(): number[] {
    const open = [...choices].filter(([, choice]) => !choice.ended).map(([index]) => index);
    // Nothing had begun: the error still needs a choice to stand in.
    return choices.size === 0 ? [0] : open.sort((one, other) => one - other);
  }

  function fail(error: RouterError): ErrorEvent {
    over = true;
    return { type: 'error', error, usage, openChoices: openChoices() };
  }

  /** The errors of choices that failed or never came, told once others are known to have succeeded. */
  function choiceErrors(): StreamEvent[] {
    for (let index = 0; index < expected; index++) if (!choices.has(index)) choiceAt(index).error = tooFew();
    return [...choices].flatMap(([choice, { error }]): StreamEvent[] => (error === null ? [] : [{ type: 'choice-error', choice, error }]));
  }

  function end(): StreamEvent[] {
    if (over) return [];
    if (choices.size === 0) return [fail(new RouterError('provider_unavailable', 'the upstream ended without an answer'))];
    const made = [...choices.values()];
    if (made.some(({ ended, error }) => !ended && error === null)) {
      return [fail(new RouterError('provider_unavailable', 'the upstream ended in the middle of the answer, without a finish reason'))];
    }
    if (cause !== null && !made.some(({ ended }) => ended)) return [fail(cause)];
    over = true;
    return [...choiceErrors(), { type: 'end', usage }];
  }

  /** Passes an event on, or what it comes to. */
  function take(event: StreamEvent, passed: StreamEvent[]): void {
    switch (event.type) {
      case 'start':
        if (!started) passed.push(event);
        started = true;
        return;
      case 'usage':
        if (!isEmptyUsage(event.usage)) usage = event.usage;
        return;
      case 'end':
        passed.push(...end());
        return;
      case 'error':
        passed.push(fail(event.error));
        return;
      default:
        takeOfChoice(event, choiceAt(event.choice), passed);
    }
  }

  function takeOfChoice(event: DeltaEvent | ChoiceEndEvent | ChoiceErrorEvent, choice: Choice, passed: StreamEvent[]): void {
    if (choice.ended || choice.error !== null) return;
    if (event.type === 'choice-error') {
      choice.error = event.error;
      cause ??= event.error;
      if (expected === 1) passed.push(fail(event.error));
    } else if (event.type === 'choice-end') passed.push(endChoice(event, choice));
    else if (event.type !== 'tool-call-delta' || choice.calls.has(event.index)) passed.push(event);
    else {
      budget.take(ENTRY_BYTES);
      choice.calls.add(event.index);
      passed.push(withCallId(event, generationId));
    }
  }

  return {
    push(events) {
      const passed: StreamEvent[] = [];
      for (const event of events) if (!over) take(event, passed);
      return passed;
    },
    end,
    ended: () => over,
  };
}

const tooFew = () => new RouterError('provider_unavailable', 'the upstream made fewer choices than it was asked for');

/** The first piece of a call, with an id where the provider gave none. */
const withCallId = (event: ToolCallDeltaEvent, generationId: string): ToolCallDeltaEvent =>
  event.id === undefined ? { ...event, id: `call_${generationId}_${event.choice}_${event.index}` } : event;

function endChoice(event: ChoiceEndEvent, choice: Choice): ChoiceEndEvent {
  choice.ended = true;
  // Some providers say "stop" after calling tools; clients act on the reason.
  return event.reason === 'stop' && choice.calls.size > 0 ? { ...event, reason: 'tool_calls' } : event;
}
