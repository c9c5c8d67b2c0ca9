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

/** `calls`: null before the first tool call. */
type Choice = { ended: boolean; error: RouterError | null; calls: Set<number> | null };

/**
 * @param generationId used in ids of tool calls that came without one.
 * @param expected number of choices that the upstream was asked for.
 * @param budget memory budget of the answer, for its tool calls. `push` throws a RouterError when it is used up.
 */
export function createGuard(generationId: string, expected: number, budget: AnswerBudget = UNLIMITED): Guard {
  return new AnswerGuard(generationId, expected, budget);
}

class AnswerGuard implements Guard {
  readonly #generationId: string;
  readonly #expected: number;
  readonly #budget: AnswerBudget;
  readonly #choices = new Map<number, Choice>();
  #usage: Usage | null = null;
  #hasStarted = false;
  /** Error of the first choice that failed. */
  #firstError: RouterError | null = null;
  #isOver = false;

  constructor(generationId: string, expected: number, budget: AnswerBudget) {
    this.#generationId = generationId;
    this.#expected = expected;
    this.#budget = budget;
  }

  push(events: readonly StreamEvent[]): StreamEvent[] {
    const passed: StreamEvent[] = [];
    for (const event of events) if (!this.#isOver) this.#take(event, passed);
    return passed;
  }

  end(): StreamEvent[] {
    if (this.#isOver) return [];
    if (this.#choices.size === 0) return [this.#fail(new RouterError('provider_unavailable', 'the upstream ended without an answer'))];
    const made = [...this.#choices.values()];
    if (made.some(({ ended, error }) => !ended && error === null)) {
      const message = 'the upstream ended in the middle of the answer, without a finish reason';
      return [this.#fail(new RouterError('provider_unavailable', message))];
    }
    if (this.#firstError !== null && !made.some(({ ended }) => ended)) return [this.#fail(this.#firstError)];
    this.#isOver = true;
    return [...this.#choiceErrors(), { type: 'end', usage: this.#usage }];
  }

  ended(): boolean {
    return this.#isOver;
  }

  #choiceAt(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { ended: false, error: null, calls: null };
    this.#choices.set(index, created);
    return created;
  }

  /** Returns the choices that have not ended. */
  #openChoices(): number[] {
    const open = [...this.#choices].filter(([, choice]) => !choice.ended).map(([index]) => index);
    // Without any choice the error is reported for choice 0.
    return this.#choices.size === 0 ? [0] : open.sort((one, other) => one - other);
  }

  #fail(error: RouterError): ErrorEvent {
    this.#isOver = true;
    return { type: 'error', error, usage: this.#usage, openChoices: this.#openChoices() };
  }

  /** Returns the errors of choices that failed or are missing. Sent only when another choice has succeeded. */
  #choiceErrors(): StreamEvent[] {
    for (let index = 0; index < this.#expected; index++) if (!this.#choices.has(index)) this.#choiceAt(index).error = createTooFewError();
    return [...this.#choices].flatMap(([choice, { error }]): StreamEvent[] =>
      error === null ? [] : [{ type: 'choice-error', choice, error }],
    );
  }

  /** Passes an event on, or the events that replace it. */
  #take(event: StreamEvent, passed: StreamEvent[]): void {
    switch (event.type) {
      case 'start':
        if (!this.#hasStarted) passed.push(event);
        this.#hasStarted = true;
        return;
      case 'usage':
        if (!isEmptyUsage(event.usage)) this.#usage = event.usage;
        return;
      case 'end':
        passed.push(...this.end());
        return;
      case 'error':
        passed.push(this.#fail(event.error));
        return;
      default:
        this.#takeChoiceEvent(event, this.#choiceAt(event.choice), passed);
    }
  }

  #takeChoiceEvent(event: DeltaEvent | ChoiceEndEvent | ChoiceErrorEvent, choice: Choice, passed: StreamEvent[]): void {
    if (choice.ended || choice.error !== null) return;
    if (event.type === 'choice-error') {
      choice.error = event.error;
      this.#firstError ??= event.error;
      if (this.#expected === 1) passed.push(this.#fail(event.error));
    } else if (event.type === 'choice-end') passed.push(endChoice(event, choice));
    else if (event.type !== 'tool-call-delta' || choice.calls?.has(event.index) === true) {
      passed.push(withNamedCall(event, this.#generationId));
    } else {
      this.#budget.take(ENTRY_BYTES);
      (choice.calls ??= new Set()).add(event.index);
      passed.push(withCallId(event, this.#generationId));
    }
  }
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
  return event.reason === 'stop' && choice.calls !== null ? { ...event, reason: 'tool_calls' } : event;
}
