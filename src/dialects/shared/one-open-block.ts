/**
 * Orders the content of an answer for client formats with one open block at a time (Messages, Responses): all pieces of a tool call follow
 * each other. Upstreams may send the pieces of several calls mixed.
 *
 * The first call streams. What begins after it is held while the call is open, and released in the order in which it began. The call of a
 * function ends when its JSON is whole and something else arrives. The call of a custom tool, whose text shows no end, ends when content other
 * than a call arrives. Every call ends with its choice. A call without a name is held until it has one: a block begins with the name.
 * Reasoning state of a call is placed before the call, where both arrive together. After an error nothing is released: a client cannot use it.
 * For answers with one choice. Pure.
 */
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import { isContent, type DeltaEvent, type Stage, type StreamEvent, type ToolCallDeltaEvent } from '../../unified/response/event.ts';
import { createJsonScan, type JsonScan } from '../../lib/json-scan.ts';
import { callIdOf, createHeldContent } from './held-content.ts';

/** A call whose pieces are passed on. `hasBegun`: its arguments contain the beginning of an object or a list. */
type OpenCall = { index: number; isCustom: boolean; scan: JsonScan; hasBegun: boolean };

/**
 * @param budget memory budget of the answer. `push` throws a RouterError when it is used up, and when arguments arrive for a call that has
 *   ended.
 */
export function createOneOpenBlock(budget: AnswerBudget): Stage {
  let open: OpenCall | null = null;
  const held = createHeldContent(budget);
  /** Indexes of the calls that have ended. */
  const ended = new Set<number>();
  /** Indexes of the calls whose name is known. */
  const named = new Set<number>();
  const isNameless = (event: DeltaEvent) => event.type === 'tool-call-delta' && !named.has(event.index);

  function take(event: DeltaEvent, out: StreamEvent[]): void {
    const index = event.type === 'tool-call-delta' ? event.index : null;
    if (event.type === 'tool-call-delta') {
      if (ended.has(event.index)) return refuseMore(event);
      if (event.name !== undefined) named.add(event.index);
    }
    if (open !== null) {
      if (index === open.index) return pass(event, out);
      if (!endsCall(open, event)) return held.add(event);
      release(out);
      return take(event, out);
    }
    if (held.first() === undefined && !isNameless(event)) return pass(event, out);
    held.add(event);
    release(out);
  }

  function pass(event: DeltaEvent, out: StreamEvent[]): void {
    out.push(event);
    if (event.type !== 'tool-call-delta') return;
    open ??= { index: event.index, isCustom: event.kind === 'custom', scan: createJsonScan(), hasBegun: false };
    if (open.isCustom) return;
    open.scan.push(event.arguments);
    open.hasBegun ||= /[{[]/.test(event.arguments);
  }

  function closeCall(): void {
    if (open === null) return;
    budget.take(ENTRY_BYTES);
    ended.add(open.index);
    open = null;
  }

  /** Ends the open call, and passes on what is held up to the first call that may still grow. @param isAll the choice has ended. */
  function release(out: StreamEvent[], isAll = false): void {
    closeCall();
    for (let next = held.first(); next !== undefined; next = held.first()) {
      if (!isAll && (isNameless(next) || (open !== null && !endsCall(open, next)))) return;
      closeCall();
      for (const event of held.take()) pass(event, out);
    }
  }

  return {
    push(events) {
      if (open === null && held.first() === undefined && events.every(({ type }) => type !== 'tool-call-delta'))
        return events as StreamEvent[];
      const out: StreamEvent[] = [];
      for (const event of withStatesFirst(events)) {
        if (isContent(event)) {
          take(event, out);
          continue;
        }
        if (event.type === 'choice-end') release(out, true);
        else if (event.type === 'choice-error' || event.type === 'error') held.drop();
        out.push(event);
      }
      return out;
    },
  };
}

/** Whether the open call ends where an event begins that does not belong to it. */
const endsCall = ({ isCustom, hasBegun, scan }: OpenCall, event: DeltaEvent): boolean =>
  isCustom ? event.type !== 'tool-call-delta' : hasBegun && scan.isWhole();

/** Blanks change nothing in whole JSON. @throws RouterError for anything else: the block of the call has been closed. */
function refuseMore({ arguments: more }: ToolCallDeltaEvent): void {
  if (more.trim() === '') return;
  throw new RouterError('provider_unavailable', 'the upstream sent more arguments for a tool call that was complete');
}

/** Moves the reasoning state of a call before the call, where both are in these events. */
export function withStatesFirst(events: readonly StreamEvent[]): readonly StreamEvent[] {
  if (!events.some((event) => callIdOf(event) !== undefined)) return events;
  const calls = new Map<string, StreamEvent[]>();
  const ordered: StreamEvent[][] = [];
  for (const event of events) {
    const callId = callIdOf(event);
    const before = callId === undefined ? undefined : calls.get(callId);
    if (before !== undefined) {
      before.push(event);
      continue;
    }
    if (event.type === 'tool-call-delta' && event.id !== undefined) {
      const states: StreamEvent[] = [];
      calls.set(event.id, states);
      ordered.push(states);
    }
    ordered.push([event]);
  }
  return ordered.flat();
}
