/**
 * Decides the status of a stream: the headers wait for the first content event or for the first keep-alive, whichever comes first. An error before
 * that is an HTTP error; after it, an error is a chunk.
 */
import type { Encoder, HeldEnd } from '../dialects/client-dialect.ts';
import type { Clock } from '../lib/clock.ts';
import { withTimeout } from '../lib/timeout.ts';
import { FIRST_KEEP_ALIVE_MS, writeFrames } from '../stream/write.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { EncodedFrames, type EventObserver, type BegunSource } from './encoded-frames.ts';
import { append } from '../lib/append.ts';
import type { StreamEvent } from '../unified/response/event.ts';

/** What a stream is written with. */
export type StreamOptions = {
  encoder: Encoder;
  /** Of the client's format. */
  keepAlive: string;
  clock: Clock;
  /** How long content after the first may wait for more, to be written together, in milliseconds. */
  joinMs: number;
  /** Reads the first events, and those that end the answer. */
  observer: EventObserver;
  /** Cancels the upstream calls; called when the client disconnects in the middle. */
  cancel: () => void;
  /** See `encoded-frames.ts`. */
  keep?: (end: HeldEnd) => Promise<string>;
};

/**
 * Opens an answer and returns the body of its response.
 *
 * @throws RouterError when the upstream fails before its first content and before the first keep-alive.
 */
export async function streamAnswer(pending: Promise<EventSource>, options: StreamOptions): Promise<ReadableStream<Uint8Array>> {
  const { encoder, observer, clock, cancel } = options;
  const written = { encoder, observer, cancel, ...(options.keep === undefined ? {} : { keep: options.keep }) };
  const opening = readOpening(pending);
  const early = await withTimeout(opening, FIRST_KEEP_ALIVE_MS, clock);
  if (early === null) return writeFrames(new EncodedFrames({ ...written, opening }), { ...options, first: null });
  const { source, events } = early;
  const failure = events.find((event) => event.type === 'error');
  if (failure !== undefined && !events.some(isShown)) throw failure.error;
  const frames = new EncodedFrames({ ...written, opening: Promise.resolve({ source, events: [] }) });
  observer.observe(events);
  return writeFrames(frames, { ...options, first: encoder.push(events) });
}

/** A body that is written as a whole. @param inPieces it may be too large to be one text. */
export function bodyOf(pieces: Iterable<string>, inPieces: boolean): BodyInit {
  if (!inPieces) return [...pieces].join('');
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    },
    { highWaterMark: 0 },
  );
}

const isShown = (event: StreamEvent) => event.type !== 'start' && event.type !== 'error';

/** Reads up to and including the first batch that is more than a start: content, an end, or an error. */
async function readOpening(pending: Promise<EventSource>): Promise<BegunSource> {
  const source = await pending;
  const events: StreamEvent[] = [];
  for (;;) {
    const batch = await source.read();
    if (batch !== null) append(events, batch);
    if (batch === null || batch.some((event) => event.type !== 'start')) return { source, events };
  }
}
