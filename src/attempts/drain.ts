/**
 * An answer that is read to its end though its client has left (`provider.on_disconnect: "drain"`), so that what it cost is known. Says
 * so in the operator's log: whose answer, and the bill, nothing of what was asked or answered. One that takes too long or has too much to
 * say is given up: there is nobody to wait for it, and the platform ends such work after 30 s anyway.
 */
import type { Ports } from '../ports.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { sizeOfContent } from '../unified/response/event-size.ts';
import { isTerminal } from '../unified/response/event.ts';
import type { Usage } from '../unified/response/usage.ts';

/** An answer that can be drained. */
export type Drainable = {
  opening: Promise<EventSource>;
  /** The client has left: reads what is still to come. Behind the request; a second call changes nothing. */
  drain: () => void;
};

/**
 * Most time that an answer is read on after its client has left, in milliseconds: as long as Cloudflare lets `waitUntil` run
 * (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil, read 2026-11-30).
 */
export const DRAIN_MS = 30_000;

/** What draining needs of the request. `cancel` gives the answer up, wherever it is. */
export type DrainContext = { name: () => string; cancel: () => void; ports: Pick<Ports, 'background' | 'log' | 'clock' | 'limits'> };

export function drainable(opening: Promise<EventSource>, { name, cancel, ports }: DrainContext): Drainable {
  const { background, log, clock, limits } = ports;
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

  /** Resolves to why the answer was given up; null = it was read to its end. @param isLate whether to stop, since nobody waits for it. */
  async function readOn(isLate: () => boolean): Promise<string | null> {
    const source = await shared;
    let bytes = 0;
    for (let events = await source.read(); events !== null; events = await source.read()) {
      for (const event of events) bytes += sizeOfContent(event);
      if (isLate()) return null;
      if (bytes > limits.answerBytes) return `after ${limits.answerBytes} bytes`;
    }
    return null;
  }

  async function readToEnd(): Promise<void> {
    let isLate = false;
    let late: (value: string) => void = () => undefined;
    const deadline = new Promise<string>((resolve) => (late = resolve));
    const forgetTimer = clock.setTimer(DRAIN_MS, () => {
      isLate = true;
      late(`after ${DRAIN_MS / 1000} s`);
    });
    try {
      const why = await Promise.race([readOn(() => isLate), deadline]);
      if (why === null) return log(`${name()} was read to its end after its client had left: ${describe(bill)}`);
      cancel();
      log(`${name()} was given up ${why} of reading on after its client had left: ${describe(bill)}`);
    } catch {
      log(`${name()} came to nothing after its client had left`);
    } finally {
      forgetTimer();
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
