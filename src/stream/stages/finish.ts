/**
 * Holds the finish of each choice until the answer ends: upstreams say it more than once, and go on after it; the last one counts. An
 * answer that its upstream ended on purpose without a finish reason gets one, and a word that is not known is told. A call of a tool without arguments gets `{}`. Pure.
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { ChoiceEndEvent, DeltaEvent, StreamEvent, ToolCallDeltaEvent } from '../../unified/response/event.ts';
import { isContent, isReasoning } from '../../unified/response/event.ts';
import { createJsonScan, type JsonScan } from '../../lib/json-scan.ts';

/** A stage that knows whether its upstream said a last word. */
export interface FinishStage {
  /** An `end` event is a last word that the upstream said on purpose. */
  push(events: readonly StreamEvent[]): readonly StreamEvent[];
  /** The upstream is over without a last word. */
  end(): StreamEvent[];
  /** Whether the upstream has given the finish reason of this choice. */
  hasFinished(choice: number): boolean;
}

/** `arguments`: what of them has come and may still turn out to be nothing; null once it is known that it is not. */
type Call = { arguments: string | null; scan: JsonScan };

type Choice = { finish: ChoiceEndEvent | null; hasSpoken: boolean; hasFailed: boolean; calls: Call[] };

/**
 * @param onDefaulted called with the finish reason of an answer that came without one, or with a word (`native`) that is not known; once.
 * @param budget of the answer, which its tool calls take from. `push` throws a RouterError when that is spent.
 */
export function createFinishStage(
  onDefaulted: (reason: string, native: string | null) => void,
  budget: AnswerBudget = UNLIMITED,
): FinishStage {
  const choices = new Map<number, Choice>();
  let hasDefaulted = false;
  /** The choice that spoke last: more text of it changes nothing here. */
  let speaker: number | null = null;

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { finish: null, hasSpoken: false, hasFailed: false, calls: [] };
    choices.set(index, created);
    return created;
  }

  function takeContent(event: DeltaEvent, out: StreamEvent[]): void {
    const choice = choiceAt(event.choice);
    if (event.type === 'tool-call-delta') {
      if (choice.calls[event.index] === undefined) budget.take(ENTRY_BYTES);
      return takeCall(event, choice, out);
    }
    // Thinking alone is no answer.
    choice.hasSpoken ||= !isReasoning(event);
    if (event.type === 'text-delta') speaker = event.choice;
    out.push(event);
  }

  function release(isOnPurpose: boolean, out: StreamEvent[]): void {
    const finishes: ChoiceEndEvent[] = [];
    for (const [index, choice] of [...choices].sort(([one], [other]) => one - other)) {
      const given = choice.finish;
      const finish = given ?? (isOnPurpose && !choice.hasFailed ? defaultFinish(index, choice) : null);
      choice.finish = null;
      if (finish === null) continue;
      finishes.push(finish);
      if ((given === null || finish.isGuess) && !hasDefaulted) {
        hasDefaulted = true;
        // The guard makes calls of a plain stop.
        onDefaulted(finish.reason === 'stop' && choice.calls.length > 0 ? 'tool_calls' : finish.reason, finish.nativeReason);
      }
      // A call that its limit cut off is not made whole.
      if (finish.reason === 'tool_calls' || finish.reason === 'stop') fillArguments(index, choice, out);
    }
    append(out, finishes);
  }

  function take(event: StreamEvent, out: StreamEvent[]): void {
    if (isContent(event)) return takeContent(event, out);
    switch (event.type) {
      case 'choice-end':
        choiceAt(event.choice).finish = event;
        return;
      case 'choice-error':
        Object.assign(choiceAt(event.choice), { finish: null, hasFailed: true });
        break;
      case 'end':
        release(true, out);
        break;
      case 'error':
        release(false, out);
        break;
    }
    out.push(event);
  }

  return {
    push(events) {
      if (events.every((event) => event.type === 'text-delta' && event.choice === speaker)) return events;
      const out: StreamEvent[] = [];
      for (const event of events) take(event, out);
      return out;
    },
    end() {
      const out: StreamEvent[] = [];
      release(false, out);
      out.push({ type: 'end', usage: null });
      return out;
    },
    hasFinished: (choice) => (choices.get(choice)?.finish ?? null) !== null,
  };
}

/** The finish of a choice whose upstream ended on purpose, and null where its calls are not whole. */
function defaultFinish(choice: number, { calls, hasSpoken }: Choice): ChoiceEndEvent | null {
  const isWhole = calls.every(({ arguments: held, scan }) => held !== null || scan.isWhole());
  if (!isWhole || (calls.length === 0 && !hasSpoken)) return null;
  return { type: 'choice-end', choice, reason: calls.length > 0 ? 'tool_calls' : 'stop', nativeReason: null };
}

/** What providers write where a tool has no arguments: nothing, spaces, or the word `null`; also what may still become that. */
const MAY_BE_NOTHING = /^\s{0,64}(?:n|nu|nul|null)?\s{0,64}$/;

function takeCall(event: ToolCallDeltaEvent, { calls }: Choice, out: StreamEvent[]): void {
  const isNew = calls[event.index] === undefined;
  const call = (calls[event.index] ??= { arguments: '', scan: createJsonScan() });
  if (call.arguments === null) {
    call.scan.push(event.arguments);
    out.push(event);
    return;
  }
  const text = call.arguments + event.arguments;
  if (!MAY_BE_NOTHING.test(text)) {
    call.arguments = null;
    call.scan.push(text);
    out.push(text === event.arguments ? event : { ...event, arguments: text });
    return;
  }
  call.arguments = text;
  if (isNew || isMore(event)) out.push(event.arguments === '' ? event : { ...event, arguments: '' });
}

const isMore = ({ id, name, extra }: ToolCallDeltaEvent) => id !== undefined || name !== undefined || extra !== undefined;

/** The arguments of calls that have none. */
function fillArguments(choice: number, { calls }: Choice, out: StreamEvent[]): void {
  for (const [index, call] of calls.entries()) {
    if (call === undefined || call.arguments === null) continue; // a provider that counts its calls with holes
    call.arguments = null;
    out.push({ type: 'tool-call-delta', choice, index, arguments: '{}' });
  }
}
