/**
 * Frames to bytes: the one place where an answer meets a Web Stream. The next read of the upstream only when the client has taken the
 * last write, a comment while the upstream is silent, and the upstream given up when the client leaves. Knows no dialect: its frames
 * are text.
 *
 * Crossing between JavaScript and the runtime is what a stream costs (some 100 us for a write, against 3 us for a token's JSON), so
 * content that comes in quick succession is written together. Never the first content; no content waits longer than it is told, and an
 * end or an error not at all.
 */
import type { Clock } from '../lib/clock.ts';
import { createResettableTimer } from '../lib/resettable-timer.ts';

/** Frames of an answer, in order. */
export interface Frames {
  /** The next text to write, or null at the end. Must not throw. */
  read(): Promise<string | null>;
  /** What was read last must not wait: it ends something, or says that it broke. */
  mustFlush(): boolean;
  /** Nothing comes after it. */
  isOver(): boolean;
  /** The client has gone. */
  cancel(): void;
}

/** Silence before the first comment, in milliseconds. An idle connection hides a client that has left. */
export const FIRST_KEEP_ALIVE_MS = 3000;

/** Silence between comments after that, in milliseconds. */
const KEEP_ALIVE_MS = 5000;

/** Keeps nothing between two texts. */
const encoder = new TextEncoder();

/** So much text is written without waiting for more. */
const FULL_CHARACTERS = 32_768;

/** How frames are written. */
export type WriteOptions = {
  /** Content to write at once; null = a keep-alive comes first, and the next one after the longer silence. */
  first: string | null;
  /** What is written while the upstream is silent. */
  keepAlive: string;
  clock: Clock;
  /** How long content may wait for more, to be written together, in milliseconds; 0 = not at all. */
  joinMs: number;
};

/** The frames as a body. */
export function writeFrames(frames: Frames, { first, keepAlive, clock, joinMs }: WriteOptions): ReadableStream<Uint8Array> {
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  /** The client has taken the last write. */
  let hasDemand = false;
  let onDemand: (() => void) | null = null;
  let isOver = false;
  // A keep-alive is no content: what comes first after it is written at once.
  const buffer = createWriteBuffer(clock, joinMs, first === null ? -Infinity : clock.nowMs());
  let isSilent = false;
  const silence = createResettableTimer(clock, () => {
    if (!isSilent) return;
    // A client that has not taken the last write yet needs no keep-alive, and must not make us queue them.
    if (hasDemand) write(keepAlive);
    silence.set(clock.nowMs() + KEEP_ALIVE_MS);
  });

  function write(text: string): void {
    hasDemand = false; // the stream says so when it wants more, which may be at once
    stream?.enqueue(encoder.encode(text));
  }

  function flush(): void {
    if (hasDemand && !buffer.isEmpty()) write(buffer.drain());
  }

  /** The one loop over an answer. */
  async function run(): Promise<void> {
    let silenceMs = first === null ? KEEP_ALIVE_MS : FIRST_KEEP_ALIVE_MS;
    for (;;) {
      if (!hasDemand) await new Promise<void>((resolve) => (onDemand = resolve));
      isSilent = true;
      silence.set(clock.nowMs() + silenceMs);
      const text = await frames.read();
      isSilent = false;
      silenceMs = FIRST_KEEP_ALIVE_MS;
      if (isOver) return;
      if (text === null) break;
      const shouldFlush = buffer.add(text, frames.mustFlush(), flush);
      if (frames.isOver()) break;
      if (shouldFlush) flush();
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
      // Begins when the client wants more. What it reads never throws: a bug must not leave the client hanging all the same.
      run().catch((thrown: unknown) => {
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

/** Text that waits for more, to be written with it. */
interface WriteBuffer {
  /** Adds a piece. True = it is to be written now; else `onExpire` is called when it must not wait any longer. */
  add(text: string, mustFlush: boolean, onExpire: () => void): boolean;
  isEmpty(): boolean;
  /** It has waited long enough. */
  shouldFlush(): boolean;
  /** What has been held, which is then not held any more. */
  drain(): string;
}

/** @param writtenMs when content was written last; -Infinity = never. */
function createWriteBuffer(clock: Clock, joinMs: number, writtenMs: number): WriteBuffer {
  let held = '';
  let shouldFlush = false;
  let sinceMs = 0;
  let cameMs = writtenMs;
  let clear: (() => void) | null = null;

  return {
    add(text, mustFlush, onExpire) {
      const nowMs = clock.nowMs();
      const gapMs = nowMs - cameMs;
      cameMs = nowMs;
      if (held === '') sinceMs = nowMs;
      held += text;
      // The next piece is as far away as this one was from the last: what would come too late is not waited for.
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
