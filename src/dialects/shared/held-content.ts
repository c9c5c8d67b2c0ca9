/** Keeps content of an answer that has to wait, in the order in which it began. The pieces of a call are joined. Uses a memory budget. */
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { DeltaEvent, StreamEvent, ToolCallDeltaEvent } from '../../unified/response/event.ts';
import { sizeOfContent } from '../../unified/response/event-size.ts';
import { KeptText } from '../../unified/response/kept-text.ts';

/** Content that waits. */
export interface HeldContent {
  /** State of a call that is held is placed before the call. @throws RouterError when the budget is used up. */
  add(event: DeltaEvent): void;
  /** The event that began first. */
  first(): DeltaEvent | undefined;
  /** Removes and returns what began first: one event, or a call behind its states. */
  take(): DeltaEvent[];
  /** Discards everything. */
  drop(): void;
}

/** A call: its first piece, its arguments so far, and reasoning state that stands before it. `bytes`: taken for it, without its text. */
type HeldCall = { event: ToolCallDeltaEvent; text: KeptText; states: DeltaEvent[]; bytes: number };

/** Something else. */
type HeldEvent = { event: DeltaEvent; text: null; bytes: number };

/** @param budget memory budget of the answer. */
export function createHeldContent(budget: AnswerBudget): HeldContent {
  /** What began first is at `position`; what is before it has been taken. */
  let [held, position]: [(HeldCall | HeldEvent)[], number] = [[], 0];
  const calls = new Map<number, HeldCall>();

  function addEvent(event: Exclude<DeltaEvent, ToolCallDeltaEvent>): void {
    const bytes = ENTRY_BYTES + sizeOfContent(event);
    budget.take(bytes);
    const callId = callIdOf(event);
    const call = callId === undefined ? undefined : [...calls.values()].find((one) => one.event.id === callId);
    if (call === undefined) return void held.push({ event, text: null, bytes });
    call.states.push(event);
    call.bytes += bytes;
  }

  function addCall(event: ToolCallDeltaEvent): void {
    const known = calls.get(event.index);
    const isPiece = known !== undefined && event.id === undefined && event.name === undefined && event.extra === undefined;
    const bytes = isPiece ? 0 : ENTRY_BYTES + sizeOfContent(event) - event.arguments.length;
    budget.take(bytes);
    const call = known ?? { event, text: new KeptText(budget), states: [], bytes: 0 };
    call.bytes += bytes;
    call.text.add(event.arguments);
    if (known === undefined) {
      calls.set(event.index, call);
      held.push(call);
    } else if (!isPiece) call.event = joinCalls(call.event, event);
  }

  function take(): DeltaEvent[] {
    const one = held[position];
    if (one === undefined) return [];
    position++;
    if (position === held.length) [held, position] = [[], 0];
    budget.give(one.bytes);
    if (one.text === null) return [one.event];
    calls.delete(one.event.index);
    const text = one.text.text();
    one.text.release();
    return [...one.states, { ...one.event, arguments: text }];
  }

  return {
    add: (event) => (event.type === 'tool-call-delta' ? addCall(event) : addEvent(event)),
    first: () => held[position]?.event,
    take,
    drop() {
      while (held.length > 0) take();
    },
  };
}

/** The call that reasoning state belongs to, if the event is such state. */
export const callIdOf = (event: StreamEvent): string | undefined => (event.type === 'reasoning-state' ? event.state.callId : undefined);

/** The first piece of a call, with what a later piece adds besides arguments. An `original` is that of one piece only. */
function joinCalls(first: ToolCallDeltaEvent, { id, name, extra }: ToolCallDeltaEvent): ToolCallDeltaEvent {
  const joined = {
    ...first,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(extra === undefined ? {} : { extra: { ...first.extra, ...extra } }),
  };
  delete joined.original;
  return joined;
}
