/**
 * Which tool call a streamed piece belongs to. The format says: `index`. Hosts start it at 1, leave it out, or give every call
 * index 0, and clients glue arguments together by it; so we count ourselves, from 0, in order of appearance.
 */

/** Where a piece belongs; `isNew` when it opens the call, `isNamed` when it is the first to say the call's name. */
export type Place = { index: number; isNew: boolean; isNamed: boolean };

/** Counts the calls of one choice. */
export interface ToolCallIndex {
  place(nativeIndex: number | null, id: string | null, name: string | null): Place;
}

type Call = { native: number | null; id: string | null; named: boolean };

export function createToolCallIndex(): ToolCallIndex {
  const calls: Call[] = [];

  function open(native: number | null, id: string | null, name: string | null): Place {
    calls.push({ native, id, named: name !== null });
    return { index: calls.length - 1, isNew: true, isNamed: name !== null };
  }

  function goOn(index: number, call: Call, name: string | null): Place {
    const isNamed = name !== null && !call.named;
    call.named ||= isNamed;
    return { index, isNew: false, isNamed };
  }

  /** The call that a piece claims to go on with: by its index, else by its id, else the last one. */
  function claimed(native: number | null, id: string | null): number {
    if (native !== null) return calls.findLastIndex((call) => call.native === native);
    return id === null ? calls.length - 1 : calls.findLastIndex((call) => call.id === id);
  }

  /** A piece with a name begins another call when it has another id, whatever index it claims, or when it claims nothing. */
  function begins(call: Call, native: number | null, id: string | null, name: string | null): boolean {
    if (name === null) return false;
    return id === null ? native === null && call.named : call.id !== null && call.id !== id;
  }

  return {
    place(native, id, name) {
      const index = claimed(native, id);
      const call = calls[index];
      return call === undefined || begins(call, native, id, name) ? open(native, id, name) : goOn(index, call, name);
    },
  };
}
