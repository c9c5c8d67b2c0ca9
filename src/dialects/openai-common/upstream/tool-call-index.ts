/**
 * Assigns streamed pieces to tool calls. The format has `index` for it, but providers start it at 1, omit it, or send 0 for every call, and
 * clients join arguments by it. So calls are numbered here, from 0, in order of appearance.
 */
import { ENTRY_BYTES, type AnswerBudget } from '../../../unified/response/answer-budget.ts';

/** Where a piece belongs; `isNew` when it opens the call, `isNamed` when it is the first with the call's name. */
type ToolCallPosition = { index: number; isNew: boolean; isNamed: boolean };

/** Counts the calls of one choice. */
export interface ToolCallIndex {
  locate(nativeIndex: number | null, id: string | null, name: string | null): ToolCallPosition;
}

type Call = { id: string | null; named: boolean };

/** @param budget of the answer, which the calls that are known take from. */
export function createToolCallIndex(budget?: AnswerBudget): ToolCallIndex {
  const calls: Call[] = [];
  /** The last call with each index and each id of the upstream. */
  const byNative = new Map<number, number>();
  const byId = new Map<string, number>();

  function open(native: number | null, id: string | null, name: string | null): ToolCallPosition {
    budget?.take(ENTRY_BYTES + (id?.length ?? 0));
    const index = calls.length;
    calls.push({ id, named: name !== null });
    if (native !== null) byNative.set(native, index);
    if (id !== null) byId.set(id, index);
    return { index, isNew: true, isNamed: name !== null };
  }

  function goOn(index: number, call: Call, name: string | null): ToolCallPosition {
    const isNamed = name !== null && !call.named;
    call.named ||= isNamed;
    return { index, isNew: false, isNamed };
  }

  /** The call that a piece claims to go on with: by its index, else by its id, else the last one. */
  function claimed(native: number | null, id: string | null): number | undefined {
    if (native !== null) return byNative.get(native);
    return id === null ? calls.length - 1 : byId.get(id);
  }

  /** A piece with a name begins another call when it has another id, whatever index it claims, or when it claims nothing. */
  function opensAnother(call: Call, native: number | null, id: string | null): boolean {
    return id === null ? native === null && call.named : call.id !== null && call.id !== id;
  }

  return {
    locate(native, id, name) {
      const index = claimed(native, id);
      const call = index === undefined ? undefined : calls[index];
      return index === undefined || call === undefined || (name !== null && opensAnother(call, native, id))
        ? open(native, id, name)
        : goOn(index, call, name);
    },
  };
}
