/**
 * Tool calls of one answer, as pieces of a stream: counted among themselves, and with arguments that are a JSON object. Where a tool has
 * none, this host writes nothing or the word `null`; either becomes `{}`.
 */
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/budget.ts';
import type { StreamEvent } from '../../unified/event.ts';
import { isObject, type JsonObject } from '../../unified/json.ts';
import { argumentsText, labelOf } from '../openai-common/speech.ts';

/** Reads events about tool calls. `index` is the host's, of the block that the call is. */
export type Calls = {
  start(index: number, call: unknown): StreamEvent[];
  grow(index: number, call: unknown): StreamEvent[];
  end(index: number): StreamEvent[];
  /** Ends the calls that nobody ended. */
  endAll(): StreamEvent[];
};

/** `held`: text of the arguments that may still turn out to be `null`; null once it is known that it is not. */
type Call = { index: number; held: string | null };

/** Most characters that are held while they may turn out to be `null`. */
const MOST_HELD = 64;

/** @param budget of the answer, which the calls take from. */
export function createCalls(budget?: AnswerBudget): Calls {
  const open = new Map<number, Call>();
  let begun = 0;

  function piece({ index }: Call, text: string): StreamEvent[] {
    return text === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index, arguments: text }];
  }

  function add(call: Call, text: string): StreamEvent[] {
    if (call.held === null) return piece(call, text);
    const held = (call.held + text).trimStart();
    const mayBeNull = held.length <= MOST_HELD && 'null'.startsWith(held.trimEnd());
    call.held = mayBeNull ? held : null;
    return mayBeNull ? [] : piece(call, held);
  }

  function begin(index: number, named: JsonObject, fn: JsonObject): StreamEvent[] {
    const ended = end(index); // two calls in one place
    budget?.take(ENTRY_BYTES);
    const call: Call = { index: begun++, held: '' };
    open.set(index, call);
    const [id, name] = [labelOf(named.id), labelOf(fn.name)];
    const head = { ...(id === null ? {} : { id }), ...(name === null ? {} : { name }), arguments: '' };
    return [...ended, { type: 'tool-call-delta', choice: 0, index: call.index, ...head }];
  }

  function end(index: number): StreamEvent[] {
    const call = open.get(index);
    open.delete(index);
    return call === undefined || call.held === null ? [] : piece(call, '{}');
  }

  /** `tool_calls` is one object in a stream; an array of one is understood. */
  function read(index: number, given: unknown, isStart: boolean): StreamEvent[] {
    const named: unknown = Array.isArray(given) ? given[0] : given;
    if (!isObject(named)) return [];
    const fn = isObject(named.function) ? named.function : {};
    const opened = isStart || !open.has(index) ? begin(index, named, fn) : [];
    const call = open.get(index);
    const text = argumentsText(fn.arguments);
    return call === undefined ? opened : [...opened, ...add(call, text)];
  }

  return {
    start: (index, call) => read(index, call, true),
    grow: (index, call) => read(index, call, false),
    end,
    endAll: () => [...open.keys()].flatMap(end),
  };
}
