/**
 * One answer that is made apart from its client's connection: its log or body, and how it begins and ends. It is either being made, or was read
 * from storage after its end.
 */
import type { StreamFrames, TextClientDialect } from '../dialects/client-dialect.ts';
import { GENERATION_PREFIX, responseId } from '../dialects/response-id.ts';
import type { Clock } from '../lib/clock.ts';
import { joinBytes } from '../lib/join-bytes.ts';
import { isObject, parseJson, wordOf } from '../lib/json.ts';
import { AnswerLog } from '../stream/answer-log.ts';
import { FrameSplitter } from '../stream/frame-splitter.ts';
import { errorTypeOfStatus, RouterError } from '../unified/error.ts';
import type { CurrentResult, ReadResult } from './stream-call.ts';
import type { AnswerHead, StoredAnswer } from './stream-store.ts';

/** Most streams of one answer that are read at a time. */
const MAX_READERS = 32;

/** The log is stored after so much time, or so many bytes. */
const [SAVE_MS, SAVE_BYTES] = [250, 16 * 1024];

/** The parts of a client format that are needed. */
export type ResumableFormat = Pick<TextClientDialect, 'keepAlive' | 'background' | 'idPrefix' | 'responseHeaders'> &
  Required<Pick<TextClientDialect, 'closeStream'>>;

/** What an answer is made with. */
export type AnswerPorts = {
  client: ResumableFormat;
  clock: Clock;
  /** Most bytes of the log. */
  maxBytes: number;
  save(answer: StoredAnswer): void;
  append(bytes: Uint8Array<ArrayBuffer>): void;
  /** Called at the end. @param isKept false for an HTTP error: the next request with its idempotency key starts anew. */
  onEnd(isKept: boolean): Promise<void>;
};

/** Makes an answer. `onAccepted` is called once the request is planned and reserved. */
export type MakeAnswer = (signal: AbortSignal, onAccepted: () => void) => Promise<Response>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The answer. */
export class AnswerRun {
  readonly #ports: AnswerPorts;
  readonly #log = new AnswerLog();
  readonly #abort = new AbortController();
  readonly #accepted = Promise.withResolvers<void>();
  /** The head is known, or never will be. */
  readonly #begun = Promise.withResolvers<void>();
  #stored: StoredAnswer;
  #body: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #clearTimer: (() => void) | null = null;
  #isOver = false;
  #isAccepted = false;

  constructor(stored: StoredAnswer, ports: AnswerPorts) {
    this.#stored = stored;
    this.#ports = ports;
  }

  /** An answer from storage. One that was being made has lost its upstream call: it was interrupted. */
  static restore(stored: StoredAnswer, pieces: readonly Uint8Array[], ports: AnswerPorts): AnswerRun {
    const isInterrupted = stored.state === 'running' || stored.state === 'interrupted';
    const endedMs = stored.endedMs ?? ports.clock.nowMs();
    const answer = new AnswerRun(isInterrupted ? { ...stored, state: 'interrupted', endedMs } : stored, ports);
    answer.#isOver = true;
    if (isInterrupted && stored.head === null && stored.queued !== null) answer.#stored = { ...answer.#stored, head: answer.#streamHead() };
    if (answer.#stored.head?.isStream === false) answer.#body = joinBytes(pieces, lengthOf(pieces));
    else answer.#restoreLog(pieces, isInterrupted);
    if (stored.state === 'running') ports.save(answer.#stored);
    answer.#begun.resolve();
    return answer;
  }

  get stored(): StoredAnswer {
    return this.#stored;
  }

  /** Makes the answer; returns at its end. */
  async run(make: MakeAnswer): Promise<void> {
    try {
      const response = await make(this.#abort.signal, () => this.#accept());
      if (this.#isOver) await response.body?.cancel();
      else if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) await this.#takeStream(response);
      else await this.#takeBody(response);
    } catch {
      // The application answers every error itself.
      await this.#cut(new RouterError('server', 'The router failed while it made this answer.'), 'ended');
    }
  }

  /** Ends the upstream call. An answer that has ended stays as it is. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    const message = 'The answer was cancelled by its client.';
    const cut = this.#cut(new RouterError('server', message, { retryable: false, status: 499 }), 'cancelled');
    this.#abort.abort();
    await this.#reader?.cancel().catch(() => undefined);
    await cut;
  }

  /** The answer of the request that started it, or of one that joins it. */
  async opened(after: number, background: { stream: boolean } | null): Promise<ReadResult | CurrentResult> {
    if (background === null || background.stream) return this.read(after);
    await Promise.race([this.#accepted.promise, this.#begun.promise]);
    return this.#stored.head?.isStream === false ? this.read(after) : this.current();
  }

  /** The events after one, and those to come; a body when it is whole. */
  async read(after: number): Promise<ReadResult> {
    await this.#begun.promise;
    const { id, head, state } = this.#stored;
    if (head === null) return { kind: state === 'cancelled' ? 'cancelled' : 'interrupted' };
    const { status, headers, isStream } = head;
    if (!isStream) return { kind: 'answer', id, status, headers, body: new Response(this.#body).body };
    if (this.#log.readers >= MAX_READERS) return { kind: 'too-many-readers' };
    return { kind: 'answer', id, status, headers, body: this.#log.read(after) };
  }

  /** The answer as it is now. */
  current(): CurrentResult {
    const frames = this.#stored.state === 'interrupted' ? this.#closedFrames() : this.#frames();
    const answer = this.#ports.client.background?.current(frames) ?? null;
    return answer === null ? { kind: 'missing' } : { kind: 'current', id: this.#stored.id, answer };
  }

  async #takeBody(response: Response): Promise<void> {
    const body = new Uint8Array(await response.arrayBuffer());
    if (this.#isOver) return;
    const { status, headers } = response;
    const isFailed = status >= 400;
    if (isFailed && this.#stored.queued !== null && this.#isAccepted) return this.#cut(errorOf(status, body), 'ended');
    this.#isOver = true;
    this.#body = body;
    this.#stored = { ...this.#stored, state: 'ended', endedMs: this.#nowMs(), head: { status, headers: [...headers], isStream: false } };
    if (!isFailed) {
      this.#ports.save(this.#stored);
      this.#ports.append(body);
    }
    await this.#ports.onEnd(!isFailed);
    this.#begun.resolve();
  }

  #accept(): void {
    this.#isAccepted = true;
    this.#accepted.resolve();
  }

  async #takeStream({ status, headers, body }: Response): Promise<void> {
    this.#begin({ status, headers: [...headers], isStream: true });
    const reader = body?.getReader();
    if (reader === undefined) return this.#end('ended');
    this.#reader = reader;
    const splitter = new FrameSplitter();
    for (;;) {
      const { done, value } = await reader.read();
      if (this.#isOver) return undefined;
      if (done) return this.#end('ended');
      const frames = splitter.push(value);
      const events = frames.filter((frame) => !this.#isKeepAlive(frame));
      if (this.#log.bytes + lengthOf(events) + splitter.heldBytes > this.#ports.maxBytes) return this.#endTooLarge();
      this.#log.append(events);
      if (events.length < frames.length) this.#log.pulse(encoder.encode(this.#ports.client.keepAlive));
      this.#saveSoon();
    }
  }

  async #endTooLarge(): Promise<void> {
    const message = `The answer has more than ${this.#ports.maxBytes} bytes, the most that are kept of a stream (5 MiB, or MAX_ANSWER_BYTES). Ask for it without resuming.`;
    const cut = this.#cut(new RouterError('unprocessable', message), 'ended');
    await this.#reader?.cancel().catch(() => undefined);
    return cut;
  }

  /** Ends the answer with an error of its format. Without a stream there is none: those that wait learn it from the state. */
  async #cut(error: RouterError, state: 'ended' | 'cancelled'): Promise<void> {
    if (this.#stored.head === null && this.#stored.queued !== null) this.#begin(this.#streamHead());
    if (this.#stored.head !== null) this.#log.append(this.#closing(this.#log.count, { error, isCancelled: state === 'cancelled' }));
    return this.#end(state);
  }

  #begin(head: AnswerHead): void {
    this.#stored = { ...this.#stored, head };
    this.#ports.save(this.#stored);
    this.#begun.resolve();
  }

  async #end(state: 'ended' | 'cancelled'): Promise<void> {
    this.#isOver = true;
    this.#stored = { ...this.#stored, state, endedMs: this.#nowMs() };
    this.#save();
    this.#ports.save(this.#stored);
    this.#log.end();
    this.#begun.resolve();
    return this.#ports.onEnd(true);
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }

  #saveSoon(): void {
    if (this.#log.unsavedBytes >= SAVE_BYTES) this.#save();
    else if (this.#log.unsavedBytes > 0) this.#clearTimer ??= this.#ports.clock.setTimer(SAVE_MS, () => this.#save());
  }

  #save(): void {
    this.#clearTimer?.();
    this.#clearTimer = null;
    const bytes = this.#log.takeUnsaved();
    if (bytes !== null) this.#ports.append(bytes);
  }

  #restoreLog(pieces: readonly Uint8Array[], isInterrupted: boolean): void {
    const splitter = new FrameSplitter();
    for (const piece of pieces) this.#log.restore(splitter.push(piece));
    this.#log.end(isInterrupted ? (nextId) => this.#closing(nextId, INTERRUPTED) : null);
  }

  #isKeepAlive(frame: Uint8Array): boolean {
    const { keepAlive } = this.#ports.client;
    return frame[0] === COLON || (frame.length === keepAlive.length && decoder.decode(frame) === keepAlive);
  }

  /** The head of an answer in the background that failed before it began. */
  #streamHead(): AnswerHead {
    const { client } = this.#ports;
    const meta = { id: responseId(client, GENERATION_PREFIX + this.#stored.id) };
    return { status: 200, headers: Object.entries(client.responseHeaders('stream', meta)), isStream: true };
  }

  #frames(nextId = this.#log.count): StreamFrames {
    const log = this.#log;
    return { count: log.count, nextId, queued: this.#stored.queued, text: (index) => log.text(index) };
  }

  #closing(nextId: number, cut: { error: RouterError; isCancelled: boolean }): Uint8Array[] {
    return new FrameSplitter().push(encoder.encode(this.#ports.client.closeStream(this.#frames(nextId), cut)));
  }

  /** The frames of an interrupted answer, with its end. */
  #closedFrames(): StreamFrames {
    const frames = this.#frames();
    const end = this.#closing(frames.count, INTERRUPTED).map((frame) => decoder.decode(frame));
    const text = (index: number) => (index < frames.count ? frames.text(index) : (end[index - frames.count] ?? ''));
    return { ...frames, count: frames.count + end.length, text };
  }
}

const COLON = 58;

const INTERRUPTED = {
  error: new RouterError('server', 'The answer was interrupted: the router was restarted while it was made. Send the request again.'),
  isCancelled: false,
};

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((length, piece) => length + piece.length, 0);

/** The error in the body of an answer. */
function errorOf(status: number, body: Uint8Array): RouterError {
  const parsed = parseJson(decoder.decode(body));
  const error = isObject(parsed) && isObject(parsed['error']) ? parsed['error'] : {};
  return new RouterError(errorTypeOfStatus(status), wordOf(error['message']) || `HTTP ${status}`, { status });
}
