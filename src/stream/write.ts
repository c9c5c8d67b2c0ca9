/**
 * Frames to bytes: the one place where an answer meets a Web Stream. One write per read of the upstream, the next read only when
 * the client has taken the last write, a comment while the upstream is silent, and the upstream given up when the client leaves.
 * Knows no dialect: its frames are text.
 */
import type { Clock } from '../ports.ts';

/** Frames of an answer, in order. */
export interface Frames {
  /** The next text to write, or null at the end. Must not throw. */
  read(): Promise<string | null>;
  /** The client has gone. */
  cancel(): void;
}

/** Silence before the first comment, in milliseconds. An idle connection hides a client that has left. */
export const FIRST_KEEP_ALIVE_MS = 3000;

/** Silence between comments after that, in milliseconds. */
export const KEEP_ALIVE_MS = 5000;

/** An SSE comment: keeps proxies and clients awake, and counts as nothing. */
export const KEEP_ALIVE_FRAME = ': keep-alive\n\n';

/**
 * @param first text to write at once; when it is a keep-alive, the next one comes after the longer silence.
 */
export function writeFrames(first: string, frames: Frames, clock: Clock): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let forgetTimer: () => void = () => undefined;
  let silenceMs = first === KEEP_ALIVE_FRAME ? KEEP_ALIVE_MS : FIRST_KEEP_ALIVE_MS;

  function beat(controller: ReadableStreamDefaultController<Uint8Array>, delayMs: number): void {
    forgetTimer = clock.setTimer(delayMs, () => {
      // A client that has not taken the last write yet needs no comment, and must not make us queue them.
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(KEEP_ALIVE_FRAME));
      beat(controller, KEEP_ALIVE_MS);
    });
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(first));
    },
    async pull(controller) {
      beat(controller, silenceMs);
      const text = await frames.read();
      forgetTimer();
      silenceMs = FIRST_KEEP_ALIVE_MS;
      if (text === null) controller.close();
      else controller.enqueue(encoder.encode(text));
    },
    cancel() {
      forgetTimer();
      frames.cancel();
    },
  });
}
