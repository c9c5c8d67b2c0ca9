/** Tool calls of one answer, as pieces of a stream, counted among themselves. */
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../unified/response/event.ts';
import { isObject } from './wire.ts';
import { argumentsText, labelOf } from '../openai-common/upstream/speech.ts';

/** Reads events about tool calls. `index` is the provider's, of the block that the call is. */
export type Calls = {
  start(index: number, call: unknown): StreamEvent[];
  grow(index: number, call: unknown): StreamEvent[];
  end(index: number): void;
};

/** @param budget of the answer, which the calls take from. */
export function createCalls(budget?: AnswerBudget): Calls {
  /** Place among the calls, by the provider's index. */
  const open = new Map<number, number>();
  let begun = 0;

  /** `given` is one object in a stream; an array of one is understood. */
  function read(index: number, given: unknown): StreamEvent[] {
    const call: unknown = Array.isArray(given) ? given[0] : given;
    if (!isObject(call)) return [];
    const fn = isObject(call.function) ? call.function : {};
    const known = open.get(index);
    const text = argumentsText(fn.arguments);
    if (known !== undefined) return text === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index: known, arguments: text }];
    budget?.take(ENTRY_BYTES);
    open.set(index, begun);
    const [id, name] = [labelOf(call.id), labelOf(fn.name)];
    const head = { ...(id === null ? {} : { id }), ...(name === null ? {} : { name }), arguments: text };
    return [{ type: 'tool-call-delta', choice: 0, index: begun++, ...head }];
  }

  return {
    start(index, call) {
      if (isObject(Array.isArray(call) ? call[0] : call)) open.delete(index); // two calls in one place
      return read(index, call);
    },
    grow: read,
    end: (index) => void open.delete(index),
  };
}
