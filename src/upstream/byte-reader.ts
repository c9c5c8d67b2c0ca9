/** Converts the bytes of an upstream's answer to events: of a stream, or of a document that is read to its end. Pure. */
import type { Decoder, DecoderOptions, Framing, UpstreamDialect } from '../dialects/dialect.ts';
import { parseBounded } from '../lib/json.ts';
import type { KeptLiteral } from '../lib/kept-literal.ts';
import type { Limits } from '../ports.ts';
import { UnreadableError } from '../unified/error.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { isContent, type StreamEvent } from '../unified/response/event.ts';
import { createFastDecoder } from './fast-decoder.ts';
import type { Framer } from './framing/framer.ts';
import { createFramer } from './framing/index.ts';

/** Converts bytes to events. */
export type ByteReader = { push(bytes: Uint8Array): StreamEvent[]; end(): StreamEvent[] };

/** How to read an answer. */
export type ReadOptions = {
  dialect: UpstreamDialect;
  options: DecoderOptions;
  limits: Pick<Limits, 'answerBytes' | 'eventCharacters'>;
  /** Memory budget, for bodies that are read whole. */
  budget: AnswerBudget;
  /** Keeps the long text of a document as it came. Absent = it is not written again. */
  literal?: KeptLiteral;
  /** Called when an event that could not be decoded was skipped, because valid ones followed. */
  skipped: () => void;
};

/** Returns how the payloads of a stream are framed. */
export const framingOf = ({ framing }: Pick<UpstreamDialect, 'framing'>): Framing => framing ?? 'sse';

/** Reads a stream. */
export function createStreamReader({ dialect, options, limits, budget, skipped }: ReadOptions): ByteReader {
  const framer: Framer = createFramer(framingOf(dialect), limits.eventCharacters);
  const whole = sparing(dialect.createDecoder(options), skipped);
  const decoder = createFastDecoder(whole, dialect);
  const decode = (payloads: readonly string[]): StreamEvent[] => {
    const first = payloads[0];
    if (first === undefined) return [];
    if (payloads.length === 1) return decoder.push(first); // most reads have one event: nothing is copied
    const events: StreamEvent[] = [];
    for (const payload of payloads) for (const event of decoder.push(payload)) events.push(event);
    return events;
  };
  /** Bytes of an incomplete event. Bytes within one read are not counted. */
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

/** Wraps a decoder to skip one event that cannot be decoded, if a valid one follows. If none follows, or two fail in a row, it is an error. */
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
      // Nothing valid came, or the answer ended before its finish.
      const isLost = last?.type === 'error' || (last?.type === 'end' && !(hasFinished && hasContent));
      if (!isLost && !hasContent) return events; // the unread event may be the whole content
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

/** Reads an answer to its end, then decides whether it is a document or a stream. */
export function createWholeReader(reading: ReadOptions): ByteReader {
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
      budget.give(bytes); // the events are counted where they are kept
      return eventsIn(pieces.join('') + decoder.decode(), reading);
    },
  };
}

/** Decodes a complete answer: a document or a stream. @param bytes of the text, where they may be kept. */
export function eventsIn(text: string, reading: ReadOptions, bytes: Uint8Array | null = null): StreamEvent[] {
  const { dialect, options, literal } = reading;
  const document = parseBounded(text);
  if (bytes !== null) literal?.keep(document, { bytes, text });
  const isStream = framingOf(dialect) === 'ndjson' ? document === null && /^\s*\{/.test(text) : /^\s*(data|event|id|:)/.test(text);
  if (!isStream) return dialect.decodeBody(document ?? text, options);
  const source = createStreamReader(reading);
  return [...source.push(new TextEncoder().encode(text)), ...source.end()];
}
