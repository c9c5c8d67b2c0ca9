/**
 * The frames of one answer, and its readers. Each frame is written with its number as an `id:` line. A reader is a position in the log: it takes
 * what is there, and waits at the end. So a reader that begins later, or reads slowly, costs no memory of its own.
 */
import { joinBytes } from '../lib/join-bytes.ts';

/** Most bytes that a reader takes at once, in whole frames. */
const READ_BYTES = 64 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes the frames of an end that depends on the reader. @param nextId the id of the first one. */
export type WriteEnd = (nextId: number) => readonly Uint8Array[];

/** A frame with its id. */
function numbered(frame: Uint8Array, id: number): Uint8Array {
  const line = encoder.encode(`id: ${id}\n`);
  return joinBytes([line, frame]);
}

/** The log. Its bytes are bounded by its owner, who stops appending. */
export class AnswerLog {
  readonly #frames: Uint8Array[] = [];
  readonly #waiting = new Set<(pulse: Uint8Array | null) => void>();
  #bytes = 0;
  #savedFrames = 0;
  #savedBytes = 0;
  #isOver = false;
  #readers = 0;
  #writeEnd: WriteEnd | null = null;

  /** Frames so far, which is the id of the next one. */
  get count(): number {
    return this.#frames.length;
  }

  /** Bytes of all frames, with their ids. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that {@link takeUnsaved} would return. */
  get unsavedBytes(): number {
    return this.#bytes - this.#savedBytes;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Streams that are being read. */
  get readers(): number {
    return this.#readers;
  }

  /** Adds frames, and wakes the readers. */
  append(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#add(numbered(frame, this.count));
    if (frames.length > 0) this.#wake(null);
  }

  /** Adds frames that were saved: they have their ids. */
  restore(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#add(frame);
    this.#markSaved();
  }

  /** No frame follows. @param writeEnd writes what each reader gets after the last frame. */
  end(writeEnd: WriteEnd | null = null): void {
    this.#isOver = true;
    this.#writeEnd = writeEnd;
    this.#wake(null);
  }

  /** Passes bytes that are no part of the log, a keep-alive, to readers that have everything. */
  pulse(bytes: Uint8Array): void {
    this.#wake(bytes);
  }

  /** The frames that were added since the last call; null = none. */
  takeUnsaved(): Uint8Array<ArrayBuffer> | null {
    const unsaved = this.#frames.slice(this.#savedFrames);
    this.#markSaved();
    return unsaved.length === 0 ? null : joinBytes(unsaved);
  }

  /** The text of a frame without its id; '' = there is none. */
  text(index: number): string {
    const frame = this.#frames[index];
    return frame === undefined ? '' : decoder.decode(frame.subarray(frame.indexOf(10) + 1));
  }

  /** Reads the frames after the one with an id (-1 = all), and those to come, as a client reads them. */
  read(after: number): ReadableStream<Uint8Array> {
    let next = after + 1;
    let isClosed = false;
    const leave = (): void => {
      if (!isClosed) this.#readers--;
      isClosed = true;
    };
    this.#readers++;
    return new ReadableStream(
      {
        // A byte stream: no other passes between a Worker and an object.
        type: 'bytes',
        pull: async (controller) => {
          for (;;) {
            const bytes = this.#take(next);
            if (bytes !== null) {
              next += bytes.frames;
              return controller.enqueue(joinBytes(bytes.pieces));
            }
            if (this.#isOver) return this.#close(controller, next, leave);
            const pulse = await new Promise<Uint8Array | null>((resolve) => this.#waiting.add(resolve));
            if (isClosed) return;
            // A stream of bytes takes the memory of what it is given.
            if (pulse !== null) return controller.enqueue(pulse.slice());
          }
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }

  #close(controller: ReadableByteStreamController, next: number, leave: () => void): void {
    leave();
    const nextId = Math.max(next, this.count);
    const end = this.#writeEnd?.(nextId).map((frame, index) => numbered(frame, nextId + index)) ?? [];
    if (end.length > 0) controller.enqueue(joinBytes(end));
    controller.close();
    controller.byobRequest?.respond(0); // a reader with memory of its own waits for an answer
  }

  /** Whole frames from one on, up to {@link READ_BYTES} or one frame. */
  #take(from: number): { pieces: readonly Uint8Array[]; frames: number } | null {
    let [to, bytes] = [from, 0];
    while (to < this.#frames.length && (to === from || bytes + (this.#frames[to]?.length ?? 0) <= READ_BYTES))
      bytes += this.#frames[to++]?.length ?? 0;
    return to === from ? null : { pieces: this.#frames.slice(from, to), frames: to - from };
  }

  #markSaved(): void {
    this.#savedFrames = this.#frames.length;
    this.#savedBytes = this.#bytes;
  }

  #add(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  #wake(pulse: Uint8Array | null): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(pulse);
  }
}
