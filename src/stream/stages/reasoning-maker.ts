/**
 * Names the maker of reasoning: the state at the end of each piece of reasoning gets the provider and the model that wrote it. Reasoning
 * that ends without a state gets a plain one, so that clients can return its text to its maker. Pure.
 */
import { plainState, type ReasoningMaker } from '../../unified/request/reasoning.ts';
import { isObject } from '../../lib/json.ts';
import { isReasoning, type ReasoningDeltaEvent, type StreamEvent } from '../../unified/response/event.ts';

/** Events that reasoning does not go on after. Sources and fields of one format may come at any time. */
const ENDS: ReadonlySet<StreamEvent['type']> = new Set(['text-delta', 'refusal-delta', 'tool-call-delta', 'image', 'audio', 'choice-end']);

/** Reasoning with another id is another piece of it. */
const idOf = (detail: unknown): unknown => (isObject(detail) ? detail['id'] : undefined);

/** Returns the same array where there is no reasoning. */
export type ReasoningMakerStage = { push(events: readonly StreamEvent[]): readonly StreamEvent[] };

/** @param isNative the client reads the upstream's own format, where nothing is added. */
export function createReasoningMakerStage(maker: ReasoningMaker, isNative: boolean): ReasoningMakerStage {
  /** Choices whose reasoning has not ended, with the last detail of it. */
  const open = new Map<number, unknown>();

  function close(choice: number, into: StreamEvent[]): void {
    if (!open.has(choice)) return;
    into.push({ type: 'reasoning-state', choice, state: plainState(maker, open.get(choice)) });
    open.delete(choice);
  }

  function read(event: ReasoningDeltaEvent, into: StreamEvent[]): void {
    const [last, next] = [open.get(event.choice), event.details?.at(-1)];
    if (next !== undefined && idOf(next) !== idOf(last)) close(event.choice, into);
    if (open.has(event.choice) || event.text !== '') open.set(event.choice, next ?? last);
  }

  function pass(event: StreamEvent, into: StreamEvent[]): void {
    if (event.type === 'reasoning-state') {
      open.delete(event.choice);
      into.push({ ...event, state: { ...event.state, ...maker } });
      return;
    }
    if (isNative) into.push(event);
    else {
      if (event.type === 'reasoning-delta') read(event, into);
      else if (ENDS.has(event.type) && 'choice' in event) close(event.choice, into);
      into.push(event);
    }
  }

  return {
    push(events) {
      if (open.size === 0 && !events.some(isReasoning)) return events;
      const passed: StreamEvent[] = [];
      for (const event of events) pass(event, passed);
      return passed;
    },
  };
}
