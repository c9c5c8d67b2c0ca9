/** Sends one request and reads its answer. */
import { ApiError, call, toError } from '../../api.ts';
import { AnswerReader, type Answer } from './answer.ts';
import { RawEvents } from './raw-events.ts';
import { createSseReader } from './sse.ts';
import type { Target } from './state.ts';

/** A request that was sent, or will be. */
export type Run = {
  readonly target: Target;
  /** What is known of its answer now. */
  answer: () => Answer;
  readonly events: RawEvents;
  /** The error of a request that was refused; null = it was not. */
  error: () => ApiError | null;
  /** Stops it. The router stops the upstream call. */
  stop: () => void;
  /** Sends it, and reads to the end. Never throws. */
  send: () => Promise<void>;
};

/** Prepares a request. @param onChange called whenever something is new: often. */
export function createRun(target: Target, onChange: () => void): Run {
  const reader = new AnswerReader();
  const events = new RawEvents();
  const controller = new AbortController();
  let error: ApiError | null = null;
  let startMs = 0;
  const elapsed = () => performance.now() - startMs;

  async function read(response: Response): Promise<void> {
    reader.pushHeaders(response.headers);
    onChange();
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (!isStream) {
      const text = await response.text();
      events.push(text, elapsed());
      reader.push(text, elapsed());
    } else if (response.body !== null) {
      const frames = createSseReader();
      const take = (payloads: readonly string[]) => {
        for (const payload of payloads) {
          events.push(payload, elapsed());
          reader.push(payload, elapsed());
        }
        onChange();
      };
      // Not `for await`: some browsers lack it for bodies.
      const body = response.body.getReader();
      for (let piece = await body.read(); !piece.done; piece = await body.read()) take(frames.push(piece.value));
      take(frames.end());
    }
    reader.finish(elapsed(), !isStream);
  }

  return {
    target,
    events,
    answer: () => reader.snapshot(),
    error: () => error,
    stop: () => {
      reader.stop(elapsed());
      controller.abort();
      onChange();
    },
    send: async () => {
      if (controller.signal.aborted) return;
      startMs = performance.now();
      reader.start();
      onChange();
      const body = 'stream' in target.body ? target.body : { ...target.body, stream: true };
      try {
        await read(await call('/chat/completions', { body, signal: controller.signal }));
      } catch (thrown) {
        if (thrown instanceof ApiError) error = thrown;
        reader.fail({ message: toError(thrown).message }, elapsed());
      }
      onChange();
    },
  };
}
