/** Events to a whole answer, for a client that does not stream. The same events, rules and report as in a stream; nothing lost. */
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { createBlockAccumulator } from '../unified/response/blocks.ts';
import type { RouterError } from '../unified/error.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { isContent } from '../unified/response/event.ts';
import type { CollectedChoice, Result } from '../unified/response/result.ts';

/** Gathers an answer. */
export interface Collector {
  push(events: readonly StreamEvent[]): void;
  /** The answer so far; whole once the last event was pushed. */
  result(): Result;
  /** The error that ended the answer, if one did. */
  error(): RouterError | null;
}

/** @param budget of the answer. Its `push` throws a RouterError when that is spent. */
export function createCollector(budget: AnswerBudget = UNLIMITED): Collector {
  const choices = new Map<number, ReturnType<typeof createEntry>>();
  const starts: Result['starts'] = [];
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

  function take(event: StreamEvent): void {
    if (isContent(event)) {
      entryAt(event.choice).content.add(event);
    } else if (event.type === 'choice-end') {
      const { reason: finishReason, nativeReason, stopSequence = null } = event;
      Object.assign(entryAt(event.choice).end, { finishReason, nativeReason, stopSequence });
    } else if (event.type === 'choice-error') {
      Object.assign(entryAt(event.choice).end, { finishReason: 'error', error: event.error });
    } else if (event.type === 'start') {
      starts.push(event);
    } else if (event.type !== 'usage') {
      usage = event.usage;
      if (event.type === 'error') failure = event.error;
    }
  }

  return {
    push: (events) => events.forEach(take),
    result: () => ({
      starts,
      usage,
      choices: [...choices.values()]
        .map(({ end, content }) => ({ ...end, blocks: content.blocks() }))
        .sort((one, other) => one.index - other.index),
    }),
    error: () => failure,
  };
}
