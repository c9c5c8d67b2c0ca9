/** Encodes the events of an answer as frames of a stream, in the client's format, batch by batch. */
import type { Encoder, HeldEnd } from '../dialects/client-dialect.ts';
import type { Frames } from '../stream/write.ts';
import { toRouterError } from '../unified/error.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** What frames are made from. */
type FrameOptions = {
  /** The answer. */
  pending: Promise<EventSource>;
  /** Events that come first and are being read; null = there are none. */
  opening: Promise<StreamEvent[]> | null;
  encoder: Encoder;
  /** Reads the first batch, and those with an end in them. */
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
  #opening: Promise<StreamEvent[]> | null;
  #source: EventSource | null = null;
  #isOver = false;
  #mustFlush = false;

  constructor(options: FrameOptions) {
    this.#options = options;
    this.#opening = options.opening;
  }

  async read(): Promise<string | null> {
    const { encoder, observer, cancel } = this.#options;
    this.#mustFlush = false;
    while (!this.#isOver) {
      try {
        const isFirst = this.#source === null;
        const events = await (this.#source === null ? this.#firstEvents() : this.#source.read());
        if (events === null) break;
        for (const event of events) {
          this.#isOver ||= isTerminal(event);
          this.#mustFlush ||= this.#isOver || event.type === 'choice-end' || event.type === 'choice-error';
        }
        if (isFirst || this.#mustFlush) observer.observe(events);
        const text = encoder.push(events);
        if (text !== '') return text;
      } catch (thrown) {
        this.#isOver = true;
        this.#mustFlush = true;
        const events: StreamEvent[] = [{ type: 'error', error: toRouterError(thrown), usage: null, openChoices: [0] }];
        observer.observe(events);
        cancel();
        return encoder.push(events);
      }
    }
    return this.#keep();
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

  /** The answer is kept before the client reads its end: the next request may refer to it at once. */
  async #keep(): Promise<string | null> {
    const end = this.#heldEnd();
    this.#mustFlush ||= end !== null;
    return end === null ? null : ((await this.#options.keep?.(end)) ?? null);
  }

  #heldEnd(): HeldEnd | null {
    return this.#options.encoder.heldEnd?.() ?? null;
  }

  async #firstEvents(): Promise<StreamEvent[] | null> {
    const opening = this.#opening;
    this.#opening = null;
    if (opening !== null) return opening;
    this.#source = await this.#options.pending;
    return this.#source.read();
  }
}
