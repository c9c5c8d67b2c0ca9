/** Scripted upstream responses for tests without a network: bodies written by hand, and whole chat answers. */
import type { JsonObject } from '../../src/lib/json.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';

/** One upstream call as it went out. */
export type SentCall = { url: string; headers: Headers; body: JsonObject; signal: AbortSignal };

/** Answers one upstream call. */
export type Respond = (sent: SentCall) => Response | Promise<Response>;

/** A body that a test sends by hand, and what became of it. */
export interface HandDrivenBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** How often the reader has asked for more. */
  asked(): number;
  cancelled(): boolean;
  write(text: string): void;
  close(): void;
  /** The connection breaks. */
  reset(): void;
}

const utf8 = new TextEncoder();

export function createBody(): HandDrivenBody {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let [pulls, cancelled] = [0, false];
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull: () => void pulls++,
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    asked: () => pulls,
    cancelled: () => cancelled,
    write: (text) => controller?.enqueue(utf8.encode(text)),
    close: () => controller?.close(),
    reset: () => controller?.error(new TypeError('connection reset')),
  };
}

/** A body in these pieces. */
export function bodyOf(...pieces: string[]): ReadableStream<Uint8Array> {
  const waiting = [...pieces];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = waiting.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(utf8.encode(next));
    },
  });
}

/** Token counts on the wire. */
export const counts = (prompt: number, completion: number): JsonObject => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** The frames of an answer with so many choices; choice 1 of `Hi` says `Hi1`. */
export function spoken(says: string, usage: JsonObject, choices = 1, more: JsonObject = {}): string[] {
  const indexes = Array.from({ length: choices }, (_, index) => index);
  return [
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, text: says }], more)),
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, text: String(index) }], more)),
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, finish: 'stop' }], more)),
    { choices: [], usage },
    '[DONE]',
  ].map(event);
}

/** Answers as asked, streamed or not, with as many choices as asked for. */
export const says =
  (text: string, usage: JsonObject = counts(5, 7), more: JsonObject = {}): Respond =>
  ({ body }) => {
    const choices = typeof body['n'] === 'number' ? body['n'] : 1;
    if (body['stream'] === true) return new Response(bodyOf(...spoken(text, usage, choices, more)));
    const pieces = Array.from({ length: choices }, (_, index) => ({ index, text: `${text}${index}`, finish: 'stop' }));
    return Response.json(CHAT_WIRE.body(pieces, { usage, ...more }));
  };

/** Refuses. */
export const refuses =
  (message: string, status = 503) =>
  () =>
    Response.json({ error: { message } }, { status });

/** Never answers, unless it is given up. */
export const isSilent: Respond = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
