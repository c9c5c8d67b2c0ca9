/**
 * An answer that is read to its end though its client has left (`provider.on_disconnect: "drain"`), so that what it cost is known. Says
 * so in the operator's log: whose answer, and the bill, nothing of what was asked or answered.
 */
import type { Ports } from '../ports.ts';
import type { EventSource } from '../stream/event-source.ts';
import { isTerminal } from '../unified/event.ts';
import type { Usage } from '../unified/usage.ts';

/** An answer that can be drained. */
export type Drainable = {
  opening: Promise<EventSource>;
  /** The client has left: reads what is still to come. Behind the request; a second call changes nothing. */
  drain: () => void;
};

/** @param name of the answer, for the log. */
export function drainable(
  opening: Promise<EventSource>,
  name: () => string,
  { background, log }: Pick<Ports, 'background' | 'log'>,
): Drainable {
  let isDraining = false;
  /** The read that was begun last. The client's may be under way when ours begins, and there may be one at a time. */
  let last: ReturnType<EventSource['read']> = Promise.resolve([]);
  let bill: Usage | null = null;

  const shared = opening.then((source): EventSource => {
    async function readAfter(earlier: typeof last): typeof last {
      await earlier;
      const events = await source.read();
      bill = events?.find(isTerminal)?.usage ?? bill;
      return events;
    }
    return {
      read: () => (last = readAfter(last)),
      cancel: () => source.cancel(),
    };
  });

  async function readToEnd(): Promise<void> {
    try {
      const source = await shared;
      while ((await source.read()) !== null);
      log(`${name()} was read to its end after its client had left: ${describe(bill)}`);
    } catch {
      log(`${name()} came to nothing after its client had left`);
    }
  }

  return {
    opening: shared,
    drain() {
      if (isDraining) return;
      isDraining = true;
      background(readToEnd());
    },
  };
}

function describe(usage: Usage | null): string {
  if (usage === null) return 'its usage is not known';
  const { promptTokens, completionTokens, costUsd, estimated } = usage;
  const cost = costUsd === null ? 'its cost is not known' : `${costUsd} USD`;
  return `${promptTokens} and ${completionTokens} tokens${estimated.length === 0 ? '' : ' (estimated)'}, ${cost}`;
}
