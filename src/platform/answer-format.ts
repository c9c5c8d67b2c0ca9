/** The wire format of one answer: which of its frames are events, how it ends when it is cut, and how far it is. */
import type { StreamCut, StreamFrames } from '../dialects/client-answers.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { GENERATION_PREFIX, responseId } from '../dialects/response-id.ts';
import { isObject, parseJson, wordOf, type JsonObject } from '../lib/json.ts';
import type { AnswerLog } from '../stream/answer-log.ts';
import { FrameSplitter } from '../stream/frame-splitter.ts';
import { errorTypeOfStatus, RouterError } from '../unified/error.ts';
import type { AnswerHead, StoredAnswer } from './stream-store.ts';

/** The parts of a client format that are needed. */
export type ResumableFormat = Pick<TextClientDialect, 'keepAlive' | 'background' | 'idPrefix' | 'responseHeaders'> &
  Required<Pick<TextClientDialect, 'closeStream'>>;

const COLON = 58;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Why an answer that was being made has an end, after the object has started again. */
const interrupted = (): StreamCut => ({
  error: new RouterError('server', 'The answer was interrupted: the router was restarted while it was made. Send the request again.'),
  isCancelled: false,
});

/** Reads and writes the format of one answer. */
export class AnswerFormat {
  readonly #client: ResumableFormat;
  readonly #log: AnswerLog;

  constructor(client: ResumableFormat, log: AnswerLog) {
    this.#client = client;
    this.#log = log;
  }

  /** The text that is written while nothing happens. */
  get keepAlive(): Uint8Array {
    return encoder.encode(this.#client.keepAlive);
  }

  /** True for a frame that is no event: a comment, or the keep-alive of the format. */
  isKeepAlive(frame: Uint8Array): boolean {
    const { keepAlive } = this.#client;
    return frame[0] === COLON || (frame.length === keepAlive.length && decoder.decode(frame) === keepAlive);
  }

  /** The head of an answer in the background that failed before it began. */
  streamHead({ id }: Pick<StoredAnswer, 'id'>): AnswerHead {
    const meta = { id: responseId(this.#client, GENERATION_PREFIX + id) };
    return { status: 200, headers: Object.entries(this.#client.responseHeaders('stream', meta)), isStream: true };
  }

  /** The end of a stream that is cut. */
  end({ queued }: StoredAnswer, cut: StreamCut): Uint8Array[] {
    return this.#endFrom(this.#frames(queued), cut);
  }

  /** The end of a stream that was interrupted. @param nextId of its first frame. */
  interruptedEnd({ queued }: StoredAnswer, nextId: number): Uint8Array[] {
    return this.#endFrom({ ...this.#frames(queued), nextId }, interrupted());
  }

  /** The answer as it is now; null = the format has no such answers, or nothing is known of it. */
  current(answer: StoredAnswer): JsonObject | null {
    const frames = this.#frames(answer.queued);
    if (answer.state !== 'interrupted') return this.#client.background?.current(frames) ?? null;
    const end = this.interruptedEnd(answer, frames.count).map((frame) => decoder.decode(frame));
    const text = (index: number) => (index < frames.count ? frames.text(index) : (end[index - frames.count] ?? ''));
    return this.#client.background?.current({ ...frames, count: frames.count + end.length, text }) ?? null;
  }

  #frames(queued: JsonObject | null): StreamFrames {
    const log = this.#log;
    return { count: log.count, nextId: log.count, queued, text: (index) => log.text(index) };
  }

  #endFrom(frames: StreamFrames, cut: StreamCut): Uint8Array[] {
    return new FrameSplitter().push(encoder.encode(this.#client.closeStream(frames, cut)));
  }
}

/** The error in the body of an answer. */
export function errorOf(status: number, body: Uint8Array): RouterError {
  const parsed = parseJson(decoder.decode(body));
  const error = isObject(parsed) && isObject(parsed['error']) ? parsed['error'] : {};
  return new RouterError(errorTypeOfStatus(status), wordOf(error['message']) || `HTTP ${status}`, { status });
}
