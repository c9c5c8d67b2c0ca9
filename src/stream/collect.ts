/** Collects events into a complete answer, for a client that does not stream. Same events, rules and reports as in a stream. */
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { createBlockAccumulator } from '../unified/response/blocks.ts';
import type { RouterError } from '../unified/error.ts';
import { sizeOfContent } from '../unified/response/event-size.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { isContent, isTerminal } from '../unified/response/event.ts';
import type { CollectedChoice, Result } from '../unified/response/result.ts';

/** Collects one answer. */
export interface Collector {
  push(events: readonly StreamEvent[]): void;
  /** The answer so far. Complete after the last event. */
  result(): Result;
  /** The error that ended the answer, or null. */
  error(): RouterError | null;
}

/** @param budget memory budget of the answer. `push` throws a RouterError when it is used up. */
export function createCollector(budget: AnswerBudget = UNLIMITED): Collector {
  const choices = new Map<number, ReturnType<typeof createEntry>>();
  const starts: Result['starts'] = [];
  /** See {@link Result}. */
  let streamed: StreamEvent[] | null = null;
  let usage: Result['usage'] = null;
  let failure: RouterError | null = null;

  function createEntry(index: number) {
    budget.take(ENTRY_BYTES);
    const end: Omit<CollectedChoice, 'blocks'> = { index, finishReason: 'stop', nativeReason: null, stopSequence: null, error: null };
    const created = { end, content: createBlockAccumulator(budget) };
    choices.set(index, created);
    return created;
  }

  const entryAt = (index: number) => choices.get(index) ?? createEntry(index);

  function keepStreamed(event: StreamEvent): void {
    if (event.type === 'start' && event.original !== undefined && event.original.isWhole !== true) streamed ??= [];
    if (streamed === null) return;
    budget.take(ENTRY_BYTES + sizeOfContent(event));
    streamed.push(event);
  }

  function addEvent(event: StreamEvent): void {
    keepStreamed(event);
    if (isContent(event)) {
      entryAt(event.choice).content.add(event);
    } else if (event.type === 'choice-end') {
      const { reason: finishReason, nativeReason, stopSequence = null } = event;
      Object.assign(entryAt(event.choice).end, { finishReason, nativeReason, stopSequence });
    } else if (event.type === 'choice-error') {
      Object.assign(entryAt(event.choice).end, { finishReason: 'error', error: event.error });
    } else if (event.type === 'start') {
      budget.take(sizeOfContent(event));
      starts.push(event);
    } else if (isTerminal(event)) {
      usage = event.usage;
      if (event.type === 'error') failure = event.error;
    }
  }

  return {
    push: (events) => events.forEach(addEvent),
    result: () => ({
      starts,
      usage,
      ...(streamed === null ? {} : { streamed }),
      choices: [...choices.values()]
        .map(({ end, content }) => ({ ...end, blocks: content.blocks() }))
        .sort((one, other) => one.index - other.index),
    }),
    error: () => failure,
  };
}
