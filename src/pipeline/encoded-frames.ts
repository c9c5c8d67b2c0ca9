/** Encodes the events of an answer as frames of a stream, in the client's format, batch by batch. */
import type { Encoder, HeldEnd } from '../dialects/client-dialect.ts';
import type { Frames } from '../stream/write.ts';
import { toRouterError } from '../unified/error.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import { FailedWait, toSteps, type Batch, type EventSource, type SteppedSource } from '../unified/response/event-source.ts';

/** An answer, and the events that were read of it and come first. */
export type BegunSource = { source: EventSource; events: StreamEvent[] };

/** What frames are made from. */
type FrameOptions = {
  opening: Promise<BegunSource>;
  encoder: Encoder;
  /** Reads the first events, and batches with an end in them. */
  observer: EventObserver;
  /** Cancels the upstream calls. */
  cancel: () => void;
  /** Keeps an answer that has ended, and returns the text of its end. Never rejects. Absent = the encoder holds no end back. */
  keep?: (end: HeldEnd) => Promise<string>;
};

/** Reads events and changes nothing. */
export interface EventObserver {
  observe(events: readonly StreamEvent[]): void;
}

/** The frames of a stream. */
export class EncodedFrames implements Frames {
  readonly #options: FrameOptions;
  /** Null until the answer is open. */
  #source: SteppedSource | null = null;
  #isFirst = true;
  #isOver = false;
  #mustFlush = false;

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  wait(): Promise<unknown> | null {
    if (this.#isOver) return null;
    return this.#source === null ? this.#options.opening : this.#source.wait();
  }

  take(arrived: unknown): string | Promise<string> {
    this.#mustFlush = false;
    try {
      const batch = this.#source === null ? this.#open(arrived) : this.#source.take(arrived);
      return batch instanceof Promise ? this.#encodeLater(batch) : this.#encode(batch);
    } catch (thrown) {
      return this.#fail(thrown);
    }
  }

  /** The answer is kept before the client reads its end: the next request may refer to it at once. */
  async end(): Promise<string | null> {
    const end = this.#heldEnd();
    this.#mustFlush = end !== null;
    return end === null ? null : ((await this.#options.keep?.(end)) ?? null);
  }

  mustFlush(): boolean {
    return this.#mustFlush;
  }

  isOver(): boolean {
    return this.#isOver && this.#heldEnd() === null;
  }

  cancel(): void {
    this.#isOver = true;
    this.#options.cancel();
  }

  #heldEnd(): HeldEnd | null {
    return this.#options.encoder.heldEnd?.() ?? null;
  }

  #open(arrived: unknown): StreamEvent[] {
    if (arrived instanceof FailedWait) throw arrived.thrown;
    const { source, events } = arrived as BegunSource; // what `opening` resolved to
    this.#source = toSteps(source);
    return events;
  }

  async #encodeLater(pending: Promise<Batch>): Promise<string> {
    try {
      return this.#encode(await pending);
    } catch (thrown) {
      return this.#fail(thrown);
    }
  }

  #encode(events: Batch): string {
    if (events === null) {
      this.#isOver = true;
      return '';
    }
    for (const event of events) {
      this.#isOver ||= isTerminal(event);
      this.#mustFlush ||= this.#isOver || event.type === 'choice-end' || event.type === 'choice-error';
    }
    if (this.#isFirst || this.#mustFlush) this.#options.observer.observe(events);
    this.#isFirst &&= events.length === 0;
    return this.#options.encoder.push(events);
  }

  #fail(thrown: unknown): string {
    const { encoder, observer, cancel } = this.#options;
    this.#isOver = true;
    this.#mustFlush = true;
    const events: StreamEvent[] = [{ type: 'error', error: toRouterError(thrown), usage: null, openChoices: [0] }];
    observer.observe(events);
    cancel();
    return encoder.push(events);
  }
}
