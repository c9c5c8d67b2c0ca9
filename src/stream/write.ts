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
import { createResettableTimer } from '../lib/resettable-timer.ts';

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

/** This much text is written at once, without waiting for more. */
const FULL_CHARACTERS = 32_768;

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
export function writeFrames(frames: Frames, { first, keepAlive, clock, joinMs }: WriteOptions): ReadableStream<Uint8Array> {
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  /** True when the client has taken the last write. */
  let hasDemand = false;
  let onDemand: (() => void) | null = null;
  let isOver = false;
  // A keep-alive is not content: the first content after it is written at once.
  const buffer = createWriteBuffer(clock, joinMs, first === null ? -Infinity : clock.nowMs());
  let isSilent = false;
  const silence = createResettableTimer(clock, () => {
    if (!isSilent) return;
    // While the client has not taken the last write, keep-alives would queue.
    if (hasDemand) write(keepAlive);
    silence.set(clock.nowMs() + KEEP_ALIVE_MS);
  });

  function write(text: string): void {
    hasDemand = false; // `pull` sets it again, possibly during `enqueue`
    stream?.enqueue(encoder.encode(text));
  }

  function flush(): void {
    if (hasDemand && !buffer.isEmpty()) write(buffer.drain());
  }

  /**
   * Reads and writes until the answer ends. The only loop between the network and the client: what lies between is called by `wait` and
   * `take`, and makes no promise of its own.
   */
  async function writeAll(): Promise<void> {
    let silenceMs = first === null ? KEEP_ALIVE_MS : FIRST_KEEP_ALIVE_MS;
    let isLast = false;
    while (!isLast) {
      if (!hasDemand) await new Promise<void>((resolve) => (onDemand = resolve));
      isSilent = true;
      silence.set(clock.nowMs() + silenceMs);
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
      isSilent = false;
      silenceMs = FIRST_KEEP_ALIVE_MS;
      if (isOver) return;
      isLast ||= frames.isOver();
      if (text !== null && buffer.add(text, mustFlush, flush) && !isLast) flush();
    }
    isOver = true;
    silence.stop();
    if (!buffer.isEmpty()) write(buffer.drain());
    stream?.close();
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
      controller.enqueue(encoder.encode(first ?? keepAlive));
      // Waits for demand first. `read` never throws; if a bug makes it throw, the client must not hang.
      writeAll().catch((thrown: unknown) => {
        silence.stop();
        buffer.drain();
        controller.error(thrown);
      });
    },
    pull() {
      hasDemand = true;
      if (buffer.shouldFlush()) flush();
      if (hasDemand) onDemand?.();
    },
    cancel() {
      isOver = true;
      silence.stop();
      buffer.drain();
      frames.cancel();
    },
  });
}

/** Text that waits to be written together with more. */
interface WriteBuffer {
  /** Adds a piece. True = write now. Else `onExpire` is called when the wait is over. */
  add(text: string, mustFlush: boolean, onExpire: () => void): boolean;
  isEmpty(): boolean;
  /** True when the wait is over. */
  shouldFlush(): boolean;
  /** Removes and returns the held text. */
  drain(): string;
}

/** @param writtenMs time of the last write of content; -Infinity = never. */
function createWriteBuffer(clock: Clock, joinMs: number, writtenMs: number): WriteBuffer {
  let held = '';
  let shouldFlush = false;
  let sinceMs = 0;
  let lastTextMs = writtenMs;
  let clear: (() => void) | null = null;

  return {
    add(text, mustFlush, onExpire) {
      const nowMs = clock.nowMs();
      const gapMs = nowMs - lastTextMs;
      lastTextMs = nowMs;
      if (held === '') sinceMs = nowMs;
      held += text;
      // The next piece is expected after the same gap as the last one. If that is later than `joinMs` allows, write now.
      shouldFlush ||= mustFlush || held.length >= FULL_CHARACTERS || nowMs - sinceMs + gapMs >= joinMs;
      if (shouldFlush) return true;
      clear ??= clock.setTimer(joinMs, () => {
        clear = null;
        shouldFlush = true;
        onExpire();
      });
      return false;
    },
    isEmpty: () => held === '',
    shouldFlush: () => shouldFlush,
    drain() {
      const text = held;
      held = '';
      shouldFlush = false;
      clear?.();
      clear = null;
      return text;
    },
  };
}
