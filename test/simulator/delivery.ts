// Performs steps as a response body: pulled one at a time, paced, cut, stalled, and aware of a client that leaves.
// The only file that touches Web Streams and timers; knows no system and no dialect.

import type { LogEntry } from './request-log.ts';
import { encodeStep, isContentStep } from './steps.ts';
import type { Step } from './steps.ts';

/** How a body is delivered. */
export interface Delivery {
  /** The pause before each content step. */
  readonly tokenMs: number;
  /** The most bytes handed over at once; null = a step at a time. */
  readonly splitBytes: number | null;
  readonly lineEnd: '\n' | '\r\n';
  /** The request's own signal, where the runtime tells of a client that leaves. */
  readonly signal: AbortSignal;
  /** Kept up to date while the body is delivered. */
  readonly entry: LogEntry;
}

/** Long enough to be forever for any client; a timer keeps the runtime from calling the stall a hang. */
const stallMs = 60_000;

/**
 * A body that takes its next step only when the client asks for it.
 *
 * A client that leaves shows at the next write. While nothing is written (a stall, a long `silent-ms`), local workerd
 * reports only a reset at once; a quiet close of the connection stays unseen.
 */
export function createBody(steps: Iterable<Step>, delivery: Delivery): ReadableStream<Uint8Array> {
  const { entry, signal } = delivery;
  const source = steps[Symbol.iterator]();
  const pieces: Uint8Array[] = [];
  const departure = new AbortController();
  let isOver = false;

  const leave = (): void => {
    if (!isOver) entry.aborted = true;
    isOver = true;
    departure.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const end = (): void => {
    isOver = true;
    signal.removeEventListener('abort', leave);
  };

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (pieces.length === 0) {
      const next = source.next();
      if (next.done === true) {
        entry.finished = true;
        end();
        return controller.close();
      }
      if (next.value.kind === 'break') {
        end();
        return controller.error(new Error('The simulator broke the connection off, as it was told to.'));
      }
      await pause(next.value, delivery, departure.signal);
      if (departure.signal.aborted) return;
      if (isContentStep(next.value)) entry.sentChunks += 1;
      pieces.push(...split(encodeStep(next.value, delivery.lineEnd), delivery.splitBytes));
    }
    const piece = pieces.shift();
    if (piece !== undefined) controller.enqueue(piece);
  }

  return new ReadableStream<Uint8Array>({ pull, cancel: leave }, new CountQueuingStrategy({ highWaterMark: 0 }));
}

async function pause(step: Step, { tokenMs }: Delivery, departure: AbortSignal): Promise<void> {
  if (step.kind === 'stall') {
    while (!departure.aborted) await wait(stallMs, departure);
  }
  if (isContentStep(step) && tokenMs > 0) await wait(tokenMs, departure);
}

function split(bytes: Uint8Array, size: number | null): Uint8Array[] {
  if (size === null) return bytes.length === 0 ? [] : [bytes];
  const step = Math.max(1, size);
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, place) => bytes.subarray(place * step, (place + 1) * step));
}

/** Waits, but never longer than the signal lets it. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, milliseconds);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
    if (signal.aborted) finish();
    else signal.addEventListener('abort', finish, { once: true });
  });
}
