/**
 * Holds the finish reason of each choice until the answer ends. Upstreams may send it more than once and send content after it; the last
 * one counts.
 *
 * An answer that its upstream ended on purpose without a finish reason gets one. An unknown finish reason is reported. A tool call without
 * arguments gets `{}`. Pure.
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { ChoiceEndEvent, DeltaEvent, StreamEvent, ToolCallDeltaEvent } from '../../unified/response/event.ts';
import { changeEvent, isContent, isReasoning } from '../../unified/response/event.ts';
import { createJsonScan, type JsonScan } from '../../lib/json-scan.ts';

/** A stage that needs to know whether the upstream ended on purpose. */
export interface FinishStage {
  /** An `end` event means that the upstream ended on purpose. */
  push(events: readonly StreamEvent[]): readonly StreamEvent[];
  /** Ends an answer whose upstream sent no `end` event. */
  end(): StreamEvent[];
  /** True when the upstream has sent the finish reason of this choice. */
  hasFinished(choice: number): boolean;
}

/** `arguments`: the text so far, while it may still mean "no arguments"; null once it has content. */
type Call = { arguments: string | null; scan: JsonScan; isCustom: boolean };

type Choice = { finish: ChoiceEndEvent | null; hasContent: boolean; hasFailed: boolean; calls: Call[] };

/**
 * @param onDefaulted called once, with the finish reason of an answer that came without one, or with an unknown one (`native`).
 * @param budget memory budget of the answer, for its tool calls. `push` throws a RouterError when it is used up.
 * @param onlyStop the stop sequence that was sent, where it was one: some upstreams say that one ended the answer, and not which.
 */
export function createFinishStage(
  onDefaulted: (reason: string, native: string | null) => void,
  budget: AnswerBudget = UNLIMITED,
  onlyStop: string | null = null,
): FinishStage {
  return new HeldFinish(onDefaulted, budget, onlyStop);
}

class HeldFinish implements FinishStage {
  readonly #onDefaulted: (reason: string, native: string | null) => void;
  readonly #budget: AnswerBudget;
  readonly #onlyStop: string | null;
  readonly #choices = new Map<number, Choice>();
  #hasDefaulted = false;
  /** Choice of the last text event. More text of the same choice changes nothing here. */
  #lastTextChoice: number | null = null;

  constructor(onDefaulted: (reason: string, native: string | null) => void, budget: AnswerBudget, onlyStop: string | null) {
    this.#onDefaulted = onDefaulted;
    this.#budget = budget;
    this.#onlyStop = onlyStop;
  }

  push(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if (events.every((event) => event.type === 'text-delta' && event.choice === this.#lastTextChoice)) return events;
    const out: StreamEvent[] = [];
    for (const event of events) this.#take(event, out);
    return out;
  }

  end(): StreamEvent[] {
    const out: StreamEvent[] = [];
    this.#release(false, out);
    out.push({ type: 'end', usage: null });
    return out;
  }

  hasFinished(choice: number): boolean {
    return (this.#choices.get(choice)?.finish ?? null) !== null;
  }

  #choiceAt(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { finish: null, hasContent: false, hasFailed: false, calls: [] };
    this.#choices.set(index, created);
    return created;
  }

  #takeContent(event: DeltaEvent, out: StreamEvent[]): void {
    const choice = this.#choiceAt(event.choice);
    if (event.type === 'tool-call-delta') {
      if (choice.calls[event.index] === undefined) this.#budget.take(ENTRY_BYTES);
      return takeCall(event, choice, out);
    }
    // Reasoning alone is not an answer.
    choice.hasContent ||= !isReasoning(event);
    if (event.type === 'text-delta') this.#lastTextChoice = event.choice;
    out.push(event);
  }

  #release(isOnPurpose: boolean, out: StreamEvent[]): void {
    const finishes: ChoiceEndEvent[] = [];
    for (const [index, choice] of [...this.#choices].sort(([one], [other]) => one - other)) {
      const given = choice.finish;
      const finish = given ?? (isOnPurpose && !choice.hasFailed ? defaultFinish(index, choice) : null);
      choice.finish = null;
      if (finish === null) continue;
      finishes.push(withOnlyStop(finish, this.#onlyStop));
      if ((given === null || finish.isGuess) && !this.#hasDefaulted) {
        this.#hasDefaulted = true;
        // The guard changes `stop` to `tool_calls` when the choice has tool calls.
        this.#onDefaulted(finish.reason === 'stop' && choice.calls.length > 0 ? 'tool_calls' : finish.reason, finish.nativeReason);
      }
      // A call that was cut off by the token limit is not completed.
      if (finish.reason === 'tool_calls' || finish.reason === 'stop') fillArguments(index, choice, out);
    }
    append(out, finishes);
  }

  #take(event: StreamEvent, out: StreamEvent[]): void {
    if (isContent(event)) return this.#takeContent(event, out);
    switch (event.type) {
      case 'choice-end':
        this.#choiceAt(event.choice).finish = event;
        return;
      case 'choice-error':
        Object.assign(this.#choiceAt(event.choice), { finish: null, hasFailed: true });
        break;
      case 'end':
        this.#release(true, out);
        break;
      case 'error':
        this.#release(false, out);
        break;
    }
    out.push(event);
  }
}

/** What upstreams return for an answer that ended at a stop sequence: `stop_sequence` (Bedrock), `STOP_SEQUENCE` (Cohere). */
const AT_STOP = /^stop_sequence$/i;

const withOnlyStop = (finish: ChoiceEndEvent, onlyStop: string | null): ChoiceEndEvent =>
  onlyStop === null || finish.stopSequence !== undefined || !AT_STOP.test(finish.nativeReason ?? '')
    ? finish
    : { ...finish, stopSequence: onlyStop };

/** Returns the finish of a choice whose upstream ended on purpose. Null when its tool calls are incomplete or it has no content. */
function defaultFinish(choice: number, { calls, hasContent }: Choice): ChoiceEndEvent | null {
  const isWhole = calls.every(({ arguments: held, scan, isCustom }) => held !== null || isCustom || scan.isWhole());
  if (!isWhole || (calls.length === 0 && !hasContent)) return null;
  return { type: 'choice-end', choice, reason: calls.length > 0 ? 'tool_calls' : 'stop', nativeReason: null };
}

/** Matches what providers send for "no arguments" (nothing, blanks, `null`), and beginnings of it. */
const MAY_BE_EMPTY = /^\s{0,64}(?:n|nu|nul|null)?\s{0,64}$/;

function takeCall(event: ToolCallDeltaEvent, { calls }: Choice, out: StreamEvent[]): void {
  const isNew = calls[event.index] === undefined;
  const call = (calls[event.index] ??= { arguments: '', scan: createJsonScan(), isCustom: event.kind === 'custom' });
  // A client of the upstream's format reads what the upstream wrote: nothing is held or filled in. The input of a custom tool is any text.
  if (event.original !== undefined || call.isCustom) call.arguments = null;
  if (call.arguments === null) {
    if (!call.isCustom) call.scan.push(event.arguments);
    out.push(event);
    return;
  }
  const text = call.arguments + event.arguments;
  if (!MAY_BE_EMPTY.test(text)) {
    call.arguments = null;
    call.scan.push(text);
    out.push(text === event.arguments ? event : changeEvent(event, { arguments: text }));
    return;
  }
  call.arguments = text;
  if (isNew || hasMetadata(event)) out.push(event.arguments === '' ? event : changeEvent(event, { arguments: '' }));
}

const hasMetadata = ({ id, name, extra }: ToolCallDeltaEvent) => id !== undefined || name !== undefined || extra !== undefined;

/** Sends `{}` for tool calls without arguments. */
function fillArguments(choice: number, { calls }: Choice, out: StreamEvent[]): void {
  for (const [index, call] of calls.entries()) {
    if (call === undefined || call.arguments === null) continue; // the provider skipped an index
    call.arguments = null;
    out.push({ type: 'tool-call-delta', choice, index, arguments: '{}' });
  }
}
