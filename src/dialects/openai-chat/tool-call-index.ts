/**
 * Which tool call a streamed piece belongs to. The format says: `index`. Hosts start it at 1, leave it out, or give every call
 * index 0, and clients glue arguments together by it; so we count ourselves, from 0, in order of appearance.
 */

/** Where a piece belongs; `isNew` when it opens the call. */
export type Place = { index: number; isNew: boolean };

/** Counts the calls of one choice. */
export interface ToolCallIndex {
  place(nativeIndex: number | null, id: string | null, name: string | null): Place;
}

type Call = { native: number | null; id: string | null };

export function createToolCallIndex(): ToolCallIndex {
  const calls: Call[] = [];

  function open(native: number | null, id: string | null): Place {
    calls.push({ native, id });
    return { index: calls.length - 1, isNew: true };
  }

  /** A piece with a name and another id begins another call, whatever index it claims. */
  function begins(call: Call, id: string | null, name: string | null): boolean {
    return name !== null && id !== null && call.id !== null && call.id !== id;
  }

  return {
    place(native, id, name) {
      if (native === null) {
        const last = calls.length - 1;
        const sameCall = name === null && (id === null || calls[last]?.id === id);
        return last >= 0 && sameCall ? { index: last, isNew: false } : open(null, id);
      }
      const index = calls.findLastIndex((call) => call.native === native);
      const call = calls[index];
      if (call === undefined || begins(call, id, name)) return open(native, id);
      return { index, isNew: false };
    },
  };
}
