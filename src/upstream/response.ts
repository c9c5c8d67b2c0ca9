/**
 * An upstream's answer as batches of events, one batch per network read, whatever form it has: a stream, a JSON body where a stream
 * was asked, a stream where a body was asked. Which it is, its first character says; content types lie. One outstanding read at a
 * time, so a reader that waits makes the upstream wait.
 */
import type { Decoder, DecoderOptions, Framing, UpstreamDialect } from '../dialects/dialect.ts';
import type { Limits } from '../ports.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { UnreadableError } from '../unified/error.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { isContent, type StreamEvent } from '../unified/response/event.ts';
import { parseBounded } from '../lib/json.ts';
import { openBody } from './body-reader.ts';
import type { Framer } from './framing/framer.ts';
import { createFramer } from './framing/index.ts';
import { statedBytes } from './read-bounded.ts';
import { createFastDecoder } from './fast-decoder.ts';

/** Bytes in, events out. */
type ByteReader = { push(bytes: Uint8Array): StreamEvent[]; end(): StreamEvent[] };

/** How an answer is read. */
export type Reading = {
  dialect: UpstreamDialect;
  options: DecoderOptions;
  limits: Pick<Limits, 'answerBytes' | 'eventCharacters'>;
  /** Bodies that are read whole take their bytes from it. */
  budget: AnswerBudget;
  /** An event that could not be read was left out, since good ones followed. */
  skipped: () => void;
};

/** An answer that knows whether there is anything left of it. */
export type AnswerSource = EventSource & {
  /** Its body has been read to the end: nothing is under way that could be given up. */
  isOver(): boolean;
  /** It comes piece by piece, so that each read shows that the upstream lives. */
  comesInPieces: boolean;
};

/** Reads a 2xx answer. `untilEnd`: for a client that does not stream, so that nothing need be told before the end. */
export function readResponse(response: Response, reading: Reading, untilEnd: boolean): AnswerSource {
  const { headers } = response;
  const isDocument = untilEnd && !saysStream(headers);
  if (isDocument && statedBytes(headers) <= reading.limits.answerBytes) return readDocument(response, reading);
  const { body } = response;
  if (body === null) return { read: () => Promise.resolve(null), cancel: () => undefined, isOver: () => true, comesInPieces: false };
  const reader = openBody(body);
  let source: ByteReader | null = isDocument ? createWholeReader(reading) : null;
  let over = false;

  return {
    async read() {
      if (over) return null;
      const bytes = await reader.read();
      if (bytes !== null) {
        const opens = source === null ? opensDocument(bytes, framingOf(reading.dialect)) : null;
        if (source === null && opens === null) return []; // nothing but spaces so far
        source ??= opens === true ? createWholeReader(reading) : createStreamReader(reading);
        return source.push(bytes);
      }
      over = true;
      return source?.end() ?? null;
    },
    cancel() {
      over = true;
      // The connection is going away; whether its end was clean interests nobody any more.
      reader.cancel().catch(() => undefined);
    },
    isOver: () => over,
    comesInPieces: true,
  };
}

/** Reads an answer of known length at once, which the runtime does by itself. */
function readDocument(response: Response, reading: Reading): AnswerSource {
  let begun = false;
  let over = false;
  return {
    async read() {
      if (begun) return null;
      begun = true;
      const bytes = statedBytes(response.headers);
      reading.budget.take(bytes);
      const text = await response.text();
      over = true;
      reading.budget.give(bytes); // what the text becomes is counted where it is kept
      return eventsIn(text, reading);
    },
    cancel() {
      begun = true;
      if (!over) response.body?.cancel().catch(() => undefined);
    },
    isOver: () => over,
    comesInPieces: false,
  };
}

const saysStream = (headers: Headers) => /event-?stream/.test(headers.get('content-type') ?? '');

const framingOf = ({ framing }: UpstreamDialect): Framing => framing ?? 'sse';

const JSON_OPENING = new Set([0x7b, 0x5b, 0x3c]); // { and [ open a document, < opens a page that is none
/** Where the events of a stream are JSON themselves, only a page of a proxy is recognised by how it begins. */
const PAGE_OPENING = new Set([0x3c]);
/** White space, and the bytes of a byte order mark. */
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/** Whether the first character that is no space opens a document; null when there is none yet. Some providers send blank lines while they think. */
function opensDocument(bytes: Uint8Array, framing: Framing): boolean | null {
  const first = bytes.find((byte) => !SPACES.has(byte));
  return first === undefined ? null : (framing === 'ndjson' ? PAGE_OPENING : JSON_OPENING).has(first);
}

function createStreamReader({ dialect, options, limits, budget, skipped }: Reading): ByteReader {
  const framer: Framer = createFramer(framingOf(dialect), limits.eventCharacters);
  const whole = sparing(dialect.createDecoder(options), skipped);
  const decoder = createFastDecoder(whole, dialect);
  const decode = (payloads: readonly string[]): StreamEvent[] => {
    const events: StreamEvent[] = [];
    for (const payload of payloads) for (const event of decoder.push(payload)) events.push(event);
    return events;
  };
  /** Bytes of an event whose end has not come; the pieces that one read brings are not counted. */
  let openBytes = 0;

  function countOpen(bytes: number, isOpen: boolean): void {
    if (isOpen) budget.take(bytes);
    else if (openBytes > 0) budget.give(openBytes);
    openBytes = isOpen ? openBytes + bytes : 0;
  }

  return {
    push(bytes) {
      const payloads = framer.push(bytes);
      countOpen(bytes.length, payloads.length === 0);
      return decode(payloads);
    },
    end: () => [...decode(framer.end()), ...whole.end()],
  };
}

/** A decoder that leaves out one event that cannot be read, when a good one follows; where none does, or two come in a row, it is an error. */
function sparing(decoder: Decoder, skipped: () => void): { push(payload: string): StreamEvent[]; end(): StreamEvent[] } {
  let unread: StreamEvent[] = [];
  let hasFinished = false;
  let hasContent = false;
  return {
    push(payload) {
      const events = decoder.push(payload);
      const last = events.at(-1);
      if (last?.type === 'error' && last.error instanceof UnreadableError && unread.length === 0) {
        unread = events;
        return [];
      }
      hasFinished ||= events.some(({ type }) => type === 'choice-end');
      hasContent ||= events.some(isContent);
      if (unread.length === 0 || events.length === 0) return events;
      // Nothing good has come, or the answer is over before it is finished.
      const isLost = last?.type === 'error' || (last?.type === 'end' && !(hasFinished && hasContent));
      if (!isLost && !hasContent) return events; // it may have been the whole content
      const passing = isLost ? [...unread, ...events] : events;
      if (!isLost) skipped();
      unread = [];
      return passing;
    },
    end() {
      if (unread.length === 0 || !(hasFinished && hasContent)) return unread;
      skipped();
      return [];
    },
  };
}

/** Reads an answer to its end before it says what it is: a document, or a stream after all. */
function createWholeReader(reading: Reading): ByteReader {
  const { budget } = reading;
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  return {
    push(piece) {
      budget.take(piece.byteLength);
      bytes += piece.byteLength;
      pieces.push(decoder.decode(piece, { stream: true }));
      return [];
    },
    end() {
      budget.give(bytes); // what the text becomes is counted where it is kept
      return eventsIn(pieces.join('') + decoder.decode(), reading);
    },
  };
}

/** The events of an answer that is all there: a document, or a stream after all. */
function eventsIn(text: string, reading: Reading): StreamEvent[] {
  const { dialect, options } = reading;
  const document = parseBounded(text);
  const isStream = framingOf(dialect) === 'ndjson' ? document === null && /^\s*\{/.test(text) : /^\s*(data|event|id|:)/.test(text);
  if (!isStream) return dialect.decodeBody(document ?? text, options);
  const source = createStreamReader(reading);
  return [...source.push(new TextEncoder().encode(text)), ...source.end()];
}
