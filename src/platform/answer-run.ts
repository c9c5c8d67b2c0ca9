/**
 * One answer that is made apart from its client's connection: its log or body, and how it begins and ends. It is either being made, or was read
 * from storage after its end.
 */
import type { Clock } from '../lib/clock.ts';
import { joinBytes, totalBytes } from '../lib/join-bytes.ts';
import { AnswerLog } from '../stream/answer-log.ts';
import { FrameSplitter } from '../stream/frame-splitter.ts';
import { RouterError } from '../unified/error.ts';
import { AnswerFormat, errorOf, type ResumableFormat } from './answer-format.ts';
import { LogSaver } from './log-saver.ts';
import type { CurrentResult, ReadResult } from './stream-call.ts';
import type { AnswerHead, StoredAnswer } from './stream-store.ts';

/** Most streams of one answer that are read at a time. */
const MAX_READERS = 32;

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

/** The answer. */
export class AnswerRun {
  readonly #ports: AnswerPorts;
  readonly #log = new AnswerLog();
  readonly #format: AnswerFormat;
  readonly #saver: LogSaver;
  readonly #abort = new AbortController();
  readonly #fingerprint = Promise.withResolvers<string | null>();
  readonly #accepted = Promise.withResolvers<void>();
  /** The head is known, or never will be. */
  readonly #begun = Promise.withResolvers<void>();
  #stored: StoredAnswer;
  #body: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #isOver = false;
  #isAccepted = false;

  constructor(stored: StoredAnswer, ports: AnswerPorts) {
    this.#stored = stored;
    this.#ports = ports;
    this.#format = new AnswerFormat(ports.client, this.#log);
    this.#saver = new LogSaver(this.#log, ports);
  }

  /** An answer from storage. One that was being made has lost its upstream call: it was interrupted. */
  static restore(stored: StoredAnswer, pieces: readonly Uint8Array[], ports: AnswerPorts): AnswerRun {
    const isInterrupted = stored.state === 'running' || stored.state === 'interrupted';
    const endedMs = stored.endedMs ?? ports.clock.nowMs();
    const answer = new AnswerRun(isInterrupted ? { ...stored, state: 'interrupted', endedMs } : stored, ports);
    answer.#isOver = true;
    if (isInterrupted && stored.head === null && stored.queued !== null)
      answer.#stored = { ...answer.#stored, head: answer.#format.streamHead(stored) };
    if (answer.#stored.head?.isStream === false) answer.#body = joinBytes(pieces);
    else answer.#restoreLog(pieces, isInterrupted);
    if (stored.state === 'running') ports.save(answer.#stored);
    answer.#setBegun();
    return answer;
  }

  get stored(): StoredAnswer {
    return this.#stored;
  }

  /** The fingerprint of its request; null = its body was not read to the end. */
  fingerprint(): Promise<string | null> {
    return this.#fingerprint.promise;
  }

  /** Makes the answer; returns at its end. */
  async run(make: MakeAnswer, fingerprint: Promise<string | null>): Promise<void> {
    void fingerprint.then((text) => this.#setFingerprint(text));
    try {
      const response = await make(this.#abort.signal, () => this.#accept());
      if (this.#isOver) await response.body?.cancel();
      else if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) await this.#takeStream(response);
      else await this.#takeBody(response);
    } catch {
      // The application answers every error itself; this is for a bug in it.
      if (!this.#isOver) await this.#cut(new RouterError('server', 'The router failed while it made this answer.'), 'ended');
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
    const answer = this.#format.current(this.#stored);
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
    this.#stored = {
      ...this.#stored,
      state: 'ended',
      endedMs: this.#ports.clock.nowMs(),
      head: { status, headers: [...headers], isStream: false },
    };
    if (!isFailed) {
      this.#ports.save(this.#stored);
      this.#ports.append(body);
    }
    await this.#ports.onEnd(!isFailed);
    this.#setBegun();
  }

  /** What was not read of the body by now will not be. */
  #setBegun(): void {
    this.#fingerprint.resolve(this.#stored.fingerprint);
    this.#begun.resolve();
  }

  #setFingerprint(fingerprint: string | null): void {
    this.#stored = { ...this.#stored, fingerprint };
    this.#fingerprint.resolve(fingerprint);
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
      const events = frames.filter((frame) => !this.#format.isKeepAlive(frame));
      if (this.#log.bytes + totalBytes(events) + splitter.heldBytes > this.#ports.maxBytes) return this.#endTooLarge();
      this.#log.append(events);
      if (events.length < frames.length) this.#log.pulse(this.#format.keepAlive);
      this.#saver.saveSoon();
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
    if (this.#stored.head === null && this.#stored.queued !== null) this.#begin(this.#format.streamHead(this.#stored));
    if (this.#stored.head !== null) this.#log.append(this.#format.end(this.#stored, { error, isCancelled: state === 'cancelled' }));
    return this.#end(state);
  }

  #begin(head: AnswerHead): void {
    this.#stored = { ...this.#stored, head };
    this.#ports.save(this.#stored);
    this.#setBegun();
  }

  async #end(state: 'ended' | 'cancelled'): Promise<void> {
    this.#isOver = true;
    this.#stored = { ...this.#stored, state, endedMs: this.#ports.clock.nowMs() };
    this.#saver.save();
    this.#ports.save(this.#stored);
    this.#log.end();
    this.#setBegun();
    return this.#ports.onEnd(true);
  }

  #restoreLog(pieces: readonly Uint8Array[], isInterrupted: boolean): void {
    const splitter = new FrameSplitter();
    for (const piece of pieces) this.#log.restore(splitter.push(piece));
    this.#log.end(isInterrupted ? (nextId) => this.#format.interruptedEnd(this.#stored, nextId) : null);
  }
}
