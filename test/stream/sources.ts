/** Sources that a test drives by hand, and what was asked of them. */
import type { EventSource } from '../../src/unified/response/event-source.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';

/** A batch to give, the end, or a broken connection. */
export type GivenBatch = StreamEvent[] | null | Error;

export interface HandDrivenSource extends EventSource {
  /** Answers the next read, or the one that waits. */
  give(...batches: GivenBatch[]): void;
  /** Reads that have been started. */
  reads(): number;
  /** Most reads that were ever waiting at once. */
  mostWaiting(): number;
  cancelled(): boolean;
}

export function createSource(): HandDrivenSource {
  const given: GivenBatch[] = [];
  const waiting: { resolve(batch: StreamEvent[] | null): void; reject(error: Error): void }[] = [];
  let [reads, mostWaiting, cancelled] = [0, 0, false];

  function settle(): void {
    while (given.length > 0 && waiting.length > 0) {
      const [batch, reader] = [given.shift() ?? null, waiting.shift()];
      if (batch instanceof Error) reader?.reject(batch);
      else reader?.resolve(batch);
    }
  }

  return {
    read() {
      reads++;
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        mostWaiting = Math.max(mostWaiting, waiting.length);
        settle();
      });
    },
    cancel: () => void (cancelled = true),
    give(...batches) {
      given.push(...batches);
      settle();
    },
    reads: () => reads,
    mostWaiting: () => mostWaiting,
    cancelled: () => cancelled,
  };
}

/** Everything a source has to say. */
export async function readAll(source: EventSource): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) events.push(...batch);
  return events;
}
