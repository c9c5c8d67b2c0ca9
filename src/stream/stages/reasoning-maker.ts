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
  return new MakerNaming(maker, isNative);
}

class MakerNaming implements ReasoningMakerStage {
  readonly #maker: ReasoningMaker;
  readonly #isNative: boolean;
  /** Choices whose reasoning has not ended, with the last detail of it. Null before the first reasoning. */
  #open: Map<number, unknown> | null = null;

  constructor(maker: ReasoningMaker, isNative: boolean) {
    this.#maker = maker;
    this.#isNative = isNative;
  }

  push(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if ((this.#open === null || this.#open.size === 0) && !events.some(isReasoning)) return events;
    const open = (this.#open ??= new Map<number, unknown>());
    const passed: StreamEvent[] = [];
    for (const event of events) this.#pass(event, open, passed);
    return passed;
  }

  #close(choice: number, open: Map<number, unknown>, into: StreamEvent[]): void {
    if (!open.has(choice)) return;
    into.push({ type: 'reasoning-state', choice, state: plainState(this.#maker, open.get(choice)) });
    open.delete(choice);
  }

  #read(event: ReasoningDeltaEvent, open: Map<number, unknown>, into: StreamEvent[]): void {
    const [last, next] = [open.get(event.choice), event.details?.at(-1)];
    if (next !== undefined && idOf(next) !== idOf(last)) this.#close(event.choice, open, into);
    if (open.has(event.choice) || event.text !== '') open.set(event.choice, next ?? last);
  }

  #pass(event: StreamEvent, open: Map<number, unknown>, into: StreamEvent[]): void {
    if (event.type === 'reasoning-state') {
      open.delete(event.choice);
      into.push({ ...event, state: { ...event.state, ...this.#maker } });
      return;
    }
    if (this.#isNative) into.push(event);
    else {
      if (event.type === 'reasoning-delta') this.#read(event, open, into);
      else if (ENDS.has(event.type) && 'choice' in event) this.#close(event.choice, open, into);
      into.push(event);
    }
  }
}
