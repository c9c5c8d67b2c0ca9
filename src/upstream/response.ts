/**
 * Reads an upstream's answer as batches of events, one batch per network read. Handles a stream, a JSON body where a stream was requested,
 * and a stream where a body was requested. The first character decides, because content types are often wrong. There is one outstanding
 * read, so a slow reader slows the upstream.
 */
import type { Framing } from '../dialects/dialect.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { FailedWait, SteppedSource, type Batch } from '../unified/response/event-source.ts';
import { openBody, type BodyReader, type Piece } from './body-reader.ts';
import { createStreamReader, createWholeReader, eventsIn, framingOf, type ByteReader, type ReadOptions } from './byte-reader.ts';
import { statedBytes } from './read-bounded.ts';

/** An answer with its read state. */
export interface AnswerSource extends SteppedSource {
  take(arrived: unknown): Batch;
  /** True when the body was read to the end, so there is nothing to cancel. */
  isOver(): boolean;
  /** True when the body arrives in pieces, so each read shows that the upstream is alive. */
  comesInPieces: boolean;
}

/** Opens a 2xx answer. @param untilEnd the client does not stream, so events may all come at the end. */
export function readResponse(response: Response, reading: ReadOptions, untilEnd: boolean): AnswerSource {
  const { headers, body } = response;
  const isDocument = untilEnd && !saysStream(headers);
  if (isDocument && statedBytes(headers) <= reading.limits.answerBytes) return new DocumentAnswer(response, reading);
  return body === null ? new EmptyAnswer() : new BodyAnswer(openBody(body), reading, isDocument);
}

/** An answer without a body. */
class EmptyAnswer extends SteppedSource implements AnswerSource {
  readonly comesInPieces = false;

  wait(): null {
    return null;
  }

  take(): null {
    return null;
  }

  cancel(): void {
    // Nothing is open.
  }

  isOver(): boolean {
    return true;
  }
}

/** An answer that is read piece by piece. */
class BodyAnswer extends SteppedSource implements AnswerSource {
  readonly comesInPieces = true;
  readonly #body: BodyReader;
  readonly #reading: ReadOptions;
  /** Null until the first character shows what the answer is. */
  #bytes: ByteReader | null;
  #isOver = false;

  constructor(body: BodyReader, reading: ReadOptions, isDocument: boolean) {
    super();
    this.#body = body;
    this.#reading = reading;
    this.#bytes = isDocument ? createWholeReader(reading) : null;
  }

  wait(): Promise<Piece> | null {
    return this.#isOver ? null : this.#body.wait();
  }

  take(arrived: Piece | FailedWait): Batch {
    if (arrived instanceof FailedWait) throw arrived.thrown;
    const piece = this.#body.take(arrived);
    if (piece !== null) return this.#bytes === null ? this.#readFirst(piece) : this.#bytes.push(piece);
    this.#isOver = true;
    return this.#bytes?.end() ?? null;
  }

  cancel(): void {
    this.#isOver = true;
    // The connection is closed anyway, so a failed cancel has no effect.
    this.#body.cancel().catch(() => undefined);
  }

  isOver(): boolean {
    return this.#isOver;
  }

  #readFirst(piece: Uint8Array): StreamEvent[] {
    const opens = opensDocument(piece, framingOf(this.#reading.dialect));
    if (opens === null) return []; // only white space so far
    this.#bytes = opens ? createWholeReader(this.#reading) : createStreamReader(this.#reading);
    return this.#bytes.push(piece);
  }
}

/** From this size on, up to the other one, the bytes of an answer may be sent on: see `lib/kept-literal.ts`. */
const [LARGE_BYTES, KEPT_BYTES] = [128 * 1024, 512 * 1024];

/** An answer of known length. The runtime reads it at once. */
class DocumentAnswer extends SteppedSource implements AnswerSource {
  readonly comesInPieces = false;
  readonly #response: Response;
  readonly #reading: ReadOptions;
  #hasBegun = false;
  #isOver = false;

  constructor(response: Response, reading: ReadOptions) {
    super();
    this.#response = response;
    this.#reading = reading;
  }

  wait(): Promise<string | ArrayBuffer> | null {
    if (this.#hasBegun) return null;
    this.#hasBegun = true;
    const bytes = statedBytes(this.#response.headers);
    this.#reading.budget.take(bytes);
    return bytes < LARGE_BYTES || bytes > KEPT_BYTES ? this.#response.text() : this.#response.arrayBuffer();
  }

  take(arrived: string | ArrayBuffer | FailedWait): Batch {
    if (arrived instanceof FailedWait) throw arrived.thrown;
    this.#isOver = true;
    this.#reading.budget.give(statedBytes(this.#response.headers)); // the events are counted where they are kept
    if (typeof arrived === 'string') return eventsIn(arrived, this.#reading);
    const bytes = new Uint8Array(arrived);
    return eventsIn(new TextDecoder().decode(bytes), this.#reading, bytes);
  }

  cancel(): void {
    this.#hasBegun = true;
    if (!this.#isOver) this.#response.body?.cancel().catch(() => undefined);
  }

  isOver(): boolean {
    return this.#isOver;
  }
}

const saysStream = (headers: Headers) => /event-?stream/.test(headers.get('content-type') ?? '');

const JSON_OPENING = new Set([0x7b, 0x5b, 0x3c]); // { and [ begin a JSON document, < begins an HTML page
/** Where the events of a stream are JSON themselves, only an HTML page of a proxy can be recognised by its beginning. */
const PAGE_OPENING = new Set([0x3c]);
/** White space, and the bytes of a byte order mark. */
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/** True when the first character that is not white space begins a document; null when there is none yet. Some providers send blank lines first. */
function opensDocument(bytes: Uint8Array, framing: Framing): boolean | null {
  const first = bytes.find((byte) => !SPACES.has(byte));
  return first === undefined ? null : (framing === 'ndjson' ? PAGE_OPENING : JSON_OPENING).has(first);
}
