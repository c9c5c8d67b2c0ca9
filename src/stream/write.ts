/**
 * Writes the frames of an answer to a Web Stream. It owns the loop that reads the upstream, and reads on only after the client has taken the
 * last write. It writes a keep-alive while the upstream is silent, and cancels the upstream when the client disconnects. Frames are text;
 * their format is not known here.
 *
 * A write to the stream costs about 100 us, a token's JSON about 3 us. So content that arrives in quick succession is written together.
 * The first content is never delayed, other content at most `joinMs`, an end or an error never.
 */
import type { Clock } from '../lib/clock.ts';
import { FailedWait } from '../unified/response/event-source.ts';
import { ResettableTimer } from '../lib/resettable-timer.ts';
import { WriteBuffer } from './write-buffer.ts';

/** Frames of an answer, in order. */
export interface Frames {
  /** Waits for what the next text is made of. Null = there is nothing more; `end` follows. */
  wait(): Promise<unknown> | null;
  /** The text made of what has arrived (may be empty), or of a {@link FailedWait}. Must not throw. */
  take(arrived: unknown): string | Promise<string>;
  /** The text that follows the last one; null = none does. Must not throw. */
  end(): Promise<string | null>;
  /** True when the last text must be written at once: it ends something or is an error. */
  mustFlush(): boolean;
  /** True when no text follows. */
  isOver(): boolean;
  /** Called when the client disconnects. */
  cancel(): void;
}

/** Milliseconds of silence before the first keep-alive. On an idle connection a disconnect is not detected. */
export const FIRST_KEEP_ALIVE_MS = 3000;

/** Milliseconds of silence between later keep-alives. */
const KEEP_ALIVE_MS = 5000;

/** Shared: it keeps no state between two texts. */
const encoder = new TextEncoder();

/** How frames are written. */
export type WriteOptions = {
  /** Content to write at once. Null = a keep-alive is written instead; the next one follows after the longer silence. */
  first: string | null;
  /** The text that is written while the upstream is silent. */
  keepAlive: string;
  clock: Clock;
  /** How long content may wait to be written together with more, in milliseconds; 0 = no wait. */
  joinMs: number;
};

/** Creates the response body: a stream of the frames. */
export const writeFrames = (frames: Frames, options: WriteOptions): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>(new FrameWriter(frames, options));

/** Writes frames to one stream. */
class FrameWriter {
  readonly #frames: Frames;
  readonly #keepAlive: string;
  readonly #clock: Clock;
  /** What the stream begins with; null once it has begun. */
  #opening: { text: string; isContent: boolean } | null;
  #stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  /** True when the client has taken the last write. */
  #hasDemand = false;
  #onDemand: (() => void) | null = null;
  #isOver = false;
  #isSilent = false;
  readonly #buffer: WriteBuffer;
  readonly #silence: ResettableTimer;

  constructor(frames: Frames, { first, keepAlive, clock, joinMs }: WriteOptions) {
    this.#frames = frames;
    this.#keepAlive = keepAlive;
    this.#clock = clock;
    this.#opening = { text: first ?? keepAlive, isContent: first !== null };
    // A keep-alive is not content: the first content after it is written at once.
    this.#buffer = new WriteBuffer({ clock, joinMs, onExpire: () => this.#flush() }, first === null ? -Infinity : clock.nowMs());
    this.#silence = new ResettableTimer(clock, () => this.#breakSilence());
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#stream = controller;
    const { text = '', isContent = false } = this.#opening ?? {};
    this.#opening = null;
    controller.enqueue(encoder.encode(text));
    // Waits for demand first. `read` never throws; if a bug makes it throw, the client must not hang.
    this.#writeAll(isContent ? FIRST_KEEP_ALIVE_MS : KEEP_ALIVE_MS).catch((thrown: unknown) => {
      this.#silence.stop();
      this.#buffer.drain();
      controller.error(thrown);
    });
  }

  pull(): void {
    this.#hasDemand = true;
    if (this.#buffer.shouldFlush()) this.#flush();
    if (this.#hasDemand) this.#onDemand?.();
  }

  cancel(): void {
    this.#isOver = true;
    this.#silence.stop();
    this.#buffer.drain();
    this.#frames.cancel();
  }

  #breakSilence(): void {
    if (!this.#isSilent) return;
    // While the client has not taken the last write, keep-alives would queue.
    if (this.#hasDemand) this.#write(this.#keepAlive);
    this.#silence.set(this.#clock.nowMs() + KEEP_ALIVE_MS);
  }

  #write(text: string): void {
    this.#hasDemand = false; // `pull` sets it again, possibly during `enqueue`
    this.#stream?.enqueue(encoder.encode(text));
  }

  #flush(): void {
    if (this.#hasDemand && !this.#buffer.isEmpty()) this.#write(this.#buffer.drain());
  }

  /**
   * Reads and writes until the answer ends. The only loop between the network and the client: what lies between is called by `wait` and
   * `take`, and makes no promise of its own. @param firstSilenceMs before the first keep-alive.
   */
  async #writeAll(firstSilenceMs: number): Promise<void> {
    const frames = this.#frames;
    let silenceMs = firstSilenceMs;
    let isLast = false;
    while (!isLast) {
      if (!this.#hasDemand) await new Promise<void>((resolve) => (this.#onDemand = resolve));
      this.#isSilent = true;
      this.#silence.set(this.#clock.nowMs() + silenceMs);
      let text: string | null = '';
      let mustFlush = false;
      while (text === '' && !isLast) {
        const waiting = frames.wait();
        isLast = waiting === null;
        let arrived: unknown;
        try {
          arrived = await waiting;
        } catch (thrown) {
          arrived = new FailedWait(thrown);
        }
        const taken = isLast ? frames.end() : frames.take(arrived);
        text = taken instanceof Promise ? await taken : taken;
        mustFlush ||= frames.mustFlush();
      }
      this.#isSilent = false;
      silenceMs = FIRST_KEEP_ALIVE_MS;
      if (this.#isOver) return;
      isLast ||= frames.isOver();
      if (text !== null && this.#buffer.add(text, mustFlush) && !isLast) this.#flush();
    }
    this.#isOver = true;
    this.#silence.stop();
    if (!this.#buffer.isEmpty()) this.#write(this.#buffer.drain());
    this.#stream?.close();
  }
}
