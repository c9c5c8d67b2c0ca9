/**
 * Enforces the grammar of an answer (see `unified/response/event.ts`), whatever an upstream sends: one end per choice, one final event,
 * nothing after it, an id for each tool call. An upstream that ends before every choice has ended becomes an error (promise 2: no silent
 * cut). Pure.
 */
import { isObject } from '../../lib/json.ts';
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import {
  changeEvent,
  type ChoiceEndEvent,
  type ChoiceErrorEvent,
  type DeltaEvent,
  type ErrorEvent,
  type Stage,
  type StreamEvent,
  type ToolCallDeltaEvent,
} from '../../unified/response/event.ts';
import { isEmptyUsage, type Usage } from '../../unified/response/usage.ts';

/** A stage that must be informed when the upstream ends. */
export interface Guard extends Stage {
  /** Handles the end of the upstream: returns the final event, or an error when the answer is incomplete. */
  end(): StreamEvent[];
  /** True after the final event. */
  ended(): boolean;
}

type Choice = { ended: boolean; error: RouterError | null; calls: Set<number> };

/**
 * @param generationId used in ids of tool calls that came without one.
 * @param expected number of choices that the upstream was asked for.
 * @param budget memory budget of the answer, for its tool calls. `push` throws a RouterError when it is used up.
 */
export function createGuard(generationId: string, expected: number, budget: AnswerBudget = UNLIMITED): Guard {
  const choices = new Map<number, Choice>();
  let usage: Usage | null = null;
  let hasStarted = false;
  /** Error of the first choice that failed. */
  let firstError: RouterError | null = null;
  let isOver = false;

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { ended: false, error: null, calls: new Set() };
    choices.set(index, created);
    return created;
  }

  /** Returns the choices that have not ended. */
  function openChoices(): number[] {
    const open = [...choices].filter(([, choice]) => !choice.ended).map(([index]) => index);
    // Without any choice the error is reported for choice 0.
    return choices.size === 0 ? [0] : open.sort((one, other) => one - other);
  }

  function fail(error: RouterError): ErrorEvent {
    isOver = true;
    return { type: 'error', error, usage, openChoices: openChoices() };
  }

  /** Returns the errors of choices that failed or are missing. Sent only when another choice has succeeded. */
  function choiceErrors(): StreamEvent[] {
    for (let index = 0; index < expected; index++) if (!choices.has(index)) choiceAt(index).error = createTooFewError();
    return [...choices].flatMap(([choice, { error }]): StreamEvent[] => (error === null ? [] : [{ type: 'choice-error', choice, error }]));
  }

  function end(): StreamEvent[] {
    if (isOver) return [];
    if (choices.size === 0) return [fail(new RouterError('provider_unavailable', 'the upstream ended without an answer'))];
    const made = [...choices.values()];
    if (made.some(({ ended, error }) => !ended && error === null)) {
      return [fail(new RouterError('provider_unavailable', 'the upstream ended in the middle of the answer, without a finish reason'))];
    }
    if (firstError !== null && !made.some(({ ended }) => ended)) return [fail(firstError)];
    isOver = true;
    return [...choiceErrors(), { type: 'end', usage }];
  }

  /** Passes an event on, or the events that replace it. */
  function take(event: StreamEvent, passed: StreamEvent[]): void {
    switch (event.type) {
      case 'start':
        if (!hasStarted) passed.push(event);
        hasStarted = true;
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
        takeChoiceEvent(event, choiceAt(event.choice), passed);
    }
  }

  function takeChoiceEvent(event: DeltaEvent | ChoiceEndEvent | ChoiceErrorEvent, choice: Choice, passed: StreamEvent[]): void {
    if (choice.ended || choice.error !== null) return;
    if (event.type === 'choice-error') {
      choice.error = event.error;
      firstError ??= event.error;
      if (expected === 1) passed.push(fail(event.error));
    } else if (event.type === 'choice-end') passed.push(endChoice(event, choice));
    else if (event.type !== 'tool-call-delta' || choice.calls.has(event.index)) passed.push(withNamedCall(event, generationId));
    else {
      budget.take(ENTRY_BYTES);
      choice.calls.add(event.index);
      passed.push(withCallId(event, generationId));
    }
  }

  return {
    push(events) {
      const passed: StreamEvent[] = [];
      for (const event of events) if (!isOver) take(event, passed);
      return passed;
    },
    end,
    ended: () => isOver,
  };
}

const createTooFewError = () => new RouterError('provider_unavailable', 'the upstream returned fewer choices than requested');

/** The id of a call that has none from its provider. */
const madeId = (generationId: string, choice: number, call: number): string => `call_${generationId}_${choice}_${call}`;

/** Adds an id to the first piece of a call when the provider sent none. */
const withCallId = (event: ToolCallDeltaEvent, generationId: string): ToolCallDeltaEvent =>
  event.id === undefined ? changeEvent(event, { id: madeId(generationId, event.choice, event.index) }) : event;

/** Adds the id of its call to the state of a call that came without one. Returns any other event itself. */
function withNamedCall(event: DeltaEvent, generationId: string): DeltaEvent {
  if (event.type !== 'reasoning-state' || event.call === undefined) return event;
  const { call, details, ...rest } = event;
  const id = madeId(generationId, event.choice, call);
  const named = details?.map((detail) => (isObject(detail) ? { ...detail, id } : detail));
  return { ...rest, state: { ...event.state, callId: id }, ...(named === undefined ? {} : { details: named }) };
}

function endChoice(event: ChoiceEndEvent, choice: Choice): ChoiceEndEvent {
  choice.ended = true;
  // Some providers send `stop` after tool calls. Clients act on the reason. What the upstream itself sent still says the same.
  return event.reason === 'stop' && choice.calls.size > 0 ? { ...event, reason: 'tool_calls' } : event;
}
