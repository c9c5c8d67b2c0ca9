/** Reads the tool calls of one answer as pieces of a stream, numbered among themselves. */
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../unified/response/event.ts';
import { isObject } from './wire.ts';
import { argumentsText, labelOf } from '../openai-common/upstream/speech.ts';

/** Reads events of tool calls. `index` is the provider's block index. */
export type Calls = {
  start(index: number, call: unknown): StreamEvent[];
  grow(index: number, call: unknown): StreamEvent[];
  end(index: number): void;
};

/** @param budget memory budget of the answer. */
export function createCalls(budget?: AnswerBudget): Calls {
  /** Index among the calls, by the provider's index. */
  const open = new Map<number, number>();
  let begun = 0;

  /** `given` is one object in a stream; an array with one object is accepted. */
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
      if (isObject(Array.isArray(call) ? call[0] : call)) open.delete(index); // two calls with one index
      return read(index, call);
    },
    grow: read,
    end: (index) => void open.delete(index),
  };
}
