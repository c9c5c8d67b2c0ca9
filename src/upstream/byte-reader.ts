/** Reads the bytes of an upstream's answer as events: of a stream, or of a document that is read to its end. Pure. */
import type { Decoder, DecoderOptions, Framing, UpstreamDialect } from '../dialects/dialect.ts';
import { parseBounded } from '../lib/json.ts';
import type { Limits } from '../ports.ts';
import { UnreadableError } from '../unified/error.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { isContent, type StreamEvent } from '../unified/response/event.ts';
import { createFastDecoder } from './fast-decoder.ts';
import type { Framer } from './framing/framer.ts';
import { createFramer } from './framing/index.ts';

/** Bytes in, events out. */
export type ByteReader = { push(bytes: Uint8Array): StreamEvent[]; end(): StreamEvent[] };

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

/** How the payloads of a stream are told apart. */
export const framingOf = ({ framing }: Pick<UpstreamDialect, 'framing'>): Framing => framing ?? 'sse';

/** Reads a stream. */
export function createStreamReader({ dialect, options, limits, budget, skipped }: Reading): ByteReader {
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
export function createWholeReader(reading: Reading): ByteReader {
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
export function eventsIn(text: string, reading: Reading): StreamEvent[] {
  const { dialect, options } = reading;
  const document = parseBounded(text);
  const isStream = framingOf(dialect) === 'ndjson' ? document === null && /^\s*\{/.test(text) : /^\s*(data|event|id|:)/.test(text);
  if (!isStream) return dialect.decodeBody(document ?? text, options);
  const source = createStreamReader(reading);
  return [...source.push(new TextEncoder().encode(text)), ...source.end()];
}
