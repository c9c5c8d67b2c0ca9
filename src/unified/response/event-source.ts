/** Batches of events, read on demand: the interface of an upstream answer for all code above the wire formats. */
import type { StreamEvent } from './event.ts';

/** Events that came together (may be empty); null at the end. */
export type Batch = StreamEvent[] | null;

export interface EventSource {
  /** Returns the next batch. One read at a time. */
  read(): Promise<Batch>;
  /** Cancels the upstream. */
  cancel(): void;
}

/** Takes the place of what was waited for where the wait failed. */
export class FailedWait {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    this.thrown = thrown;
  }
}

/**
 * A source whose read has two steps: a wait for the network, and the conversion of what has arrived. So the loop in `stream/write.ts` awaits
 * the network itself and calls all layers between. A promise for each layer took 15 % of the CPU of a stream of one token at a time.
 */
export abstract class SteppedSource implements EventSource {
  /** Waits for what the next batch is made of. Null = there is nothing more. */
  abstract wait(): Promise<unknown> | null;

  /** @param arrived what `wait` resolved to, or a {@link FailedWait}. @returns a promise only where one piece of the network is not enough. */
  abstract take(arrived: unknown): Batch | Promise<Batch>;

  abstract cancel(): void;

  /** Both steps, for code that is called once for an answer. */
  async read(): Promise<Batch> {
    const waiting = this.wait();
    if (waiting === null) return null;
    let arrived: unknown;
    try {
      arrived = await waiting;
    } catch (thrown) {
      arrived = new FailedWait(thrown);
    }
    return this.take(arrived);
  }
}

/** The steps of any source: the whole read of one that has none is its wait. */
export const toSteps = (source: EventSource): SteppedSource => (source instanceof SteppedSource ? source : new OneStepSource(source));

class OneStepSource extends SteppedSource {
  readonly #source: EventSource;

  constructor(source: EventSource) {
    super();
    this.#source = source;
  }

  wait(): Promise<unknown> {
    return this.#source.read();
  }

  take(arrived: unknown): Batch {
    if (arrived instanceof FailedWait) throw arrived.thrown;
    return arrived as Batch; // what `wait` resolved to
  }

  cancel(): void {
    this.#source.cancel();
  }
}
