/**
 * Frames to bytes: the one place where an answer meets a Web Stream. The next read of the upstream only when the client has taken the
 * last write, a comment while the upstream is silent, and the upstream given up when the client leaves. Knows no dialect: its frames
 * are text.
 *
 * Crossing between JavaScript and the runtime is what a stream costs (some 100 us for a write, against 3 us for a token's JSON), so
 * content that comes in quick succession is written together. Never the first content; no content waits longer than it is told, and an
 * end or an error not at all.
 */
import type { Clock } from '../ports.ts';
import { createAlarm } from './alarm.ts';

/** Frames of an answer, in order. */
export interface Frames {
  /** The next text to write, or null at the end. Must not throw. */
  read(): Promise<string | null>;
  /** What was read last must not wait: it ends something, or says that it broke. */
  isUrgent(): boolean;
  /** The client has gone. */
  cancel(): void;
}

/** Silence before the first comment, in milliseconds. An idle connection hides a client that has left. */
export const FIRST_KEEP_ALIVE_MS = 3000;

/** Silence between comments after that, in milliseconds. */
export const KEEP_ALIVE_MS = 5000;

/** An SSE comment: keeps proxies and clients awake, and counts as nothing. */
export const KEEP_ALIVE_FRAME = ': keep-alive\n\n';

/** So much text is written without waiting for more. */
const FULL_CHARACTERS = 32_768;

/**
 * @param first text to write at once; when it is a keep-alive, the next one comes after the longer silence.
 * @param joinMs how long content may wait for more, to be written together; 0 = not at all.
 */
export function writeFrames(first: string, frames: Frames, clock: Clock, joinMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const joined = joining(frames, clock, joinMs);
  let isWaiting = false;
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  const alarm = createAlarm(clock, () => {
    if (!isWaiting || stream === null) return;
    // A client that has not taken the last write yet needs no comment, and must not make us queue them.
    if ((stream.desiredSize ?? 0) > 0) stream.enqueue(encoder.encode(KEEP_ALIVE_FRAME));
    alarm.set(clock.nowMs() + KEEP_ALIVE_MS);
  });
  let silenceMs = first === KEEP_ALIVE_FRAME ? KEEP_ALIVE_MS : FIRST_KEEP_ALIVE_MS;

  return new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
      controller.enqueue(encoder.encode(first));
    },
    async pull(controller) {
      isWaiting = true;
      alarm.set(clock.nowMs() + silenceMs);
      const text = await joined();
      isWaiting = false;
      silenceMs = FIRST_KEEP_ALIVE_MS;
      if (text !== null) return controller.enqueue(encoder.encode(text));
      alarm.stop();
      controller.close();
    },
    cancel() {
      alarm.stop();
      frames.cancel();
    },
  });
}

/** Waiting is over before anything has come. */
const LATE = Symbol('late');

/** Reads frames, several at a time where they come in quick succession. */
function joining(frames: Frames, clock: Clock, joinMs: number): () => Promise<string | null> {
  /** A read that was begun while content waited, and whose frames have not been taken yet. */
  let underWay: Promise<string | null> | null = null;
  let cameMs = -Infinity;

  async function readOn(text: string): Promise<string> {
    const sinceMs = clock.nowMs();
    let forget: () => void = () => undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      forget = clock.setTimer(joinMs, () => resolve(LATE));
    });
    let held = text;
    while (!frames.isUrgent() && held.length < FULL_CHARACTERS) {
      underWay = frames.read();
      const more = await Promise.race([underWay, late]);
      if (more === LATE || more === null) break; // an end that has been read is read again: see below
      underWay = null;
      held += more;
      cameMs = clock.nowMs();
      if (cameMs - sinceMs >= joinMs / 2) break;
    }
    forget();
    return held;
  }

  return async () => {
    const text = await (underWay ?? frames.read());
    underWay = null;
    if (text === null || joinMs === 0 || frames.isUrgent()) return text;
    const earlierMs = cameMs;
    cameMs = clock.nowMs();
    // Where content comes slowly, waiting would delay it and join nothing.
    return cameMs - earlierMs < joinMs ? readOn(text) : text;
  };
}
