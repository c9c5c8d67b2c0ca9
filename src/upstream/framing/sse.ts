/**
 * Splits the bytes of a server-sent event stream into the data of its events. eventsource-parser parses the lines, in linear time however
 * the bytes are cut. This file adds bytes, the byte order mark, an end without a blank line, and a size limit per event.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { eventTooLarge } from './event-too-large.ts';
import { isObject, parseBounded } from '../../lib/json.ts';
import type { Framer } from './framer.ts';

/** Matches names of events that are errors. */
const ERROR_EVENT = /(error|exception)$/i;

/**
 * A line with an error in a field of its own. The server of llama.cpp sent `error: {"code": 400, ...}` until September 2025
 * (ggml-org/llama.cpp pull request 16109, read 2026-11-30).
 */
const ERROR_FIELD = 'error:';

/** Longest such line, in UTF-16 units. */
const MAX_ERROR_LINE = 16_384;

/** Returns the data of an error as a payload that every decoder recognises as an error. */
function toErrorPayload(data: string): string {
  const body = parseBounded(data);
  if (!isObject(body)) return JSON.stringify({ error: body ?? data });
  const isRecognised = body['error'] !== undefined || body['type'] === 'error' || body['object'] === 'error';
  return isRecognised ? data : JSON.stringify({ error: body });
}

/** @param maxEventCharacters size limit of a single event, in UTF-16 units. */
export const createSseFramer = (maxEventCharacters: number, variable?: string): Framer => new SseFramer(maxEventCharacters, variable);

class SseFramer implements Framer {
  readonly #maxEventCharacters: number;
  readonly #variable: string | undefined;
  readonly #decoder = new TextDecoder(); // keeps an incomplete character for the next piece, drops a byte order mark
  readonly #parser: EventSourceParser;
  #payloads: string[] = [];
  #hasOverflowed = false;
  /** An error line whose end has not arrived. */
  #held = '';
  #isAtLineStart = true;

  constructor(maxEventCharacters: number, variable: string | undefined) {
    this.#maxEventCharacters = maxEventCharacters;
    this.#variable = variable;
    this.#parser = createParser({
      maxBufferSize: maxEventCharacters,
      onEvent: ({ data, event }) => {
        if (data !== '') this.#add(event !== undefined && ERROR_EVENT.test(event) ? toErrorPayload(data) : data);
      },
      onError: ({ type, field, value }) => {
        this.#hasOverflowed ||= type === 'max-buffer-size-exceeded'; // other parser errors are ignored: unknown fields, bad retry values
        if (type === 'unknown-field' && field === 'error' && value !== undefined) this.#add(toErrorPayload(value));
      },
    });
  }

  push(bytes: Uint8Array): string[] {
    return this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): string[] {
    return this.#feed(`${this.#decoder.decode()}\n\n`);
  }

  /** Most reads have one event: a list that is written down has no room for more, one that grows has room for 17. */
  #add(payload: string): void {
    if (this.#payloads.length === 0) this.#payloads = [payload];
    else this.#payloads.push(payload);
  }

  /** Removes an error line whose end has not arrived. The parser drops a line of an unknown field that arrives in pieces. */
  #withoutOpenErrorLine(piece: string): string {
    const text = this.#held + piece;
    if (text === '') return text;
    const lineStart = text.lastIndexOf('\n') + 1;
    const line = lineStart > 0 || this.#isAtLineStart ? text.slice(lineStart, lineStart + ERROR_FIELD.length) : '';
    const isOpen = line !== '' && ERROR_FIELD.startsWith(line) && text.length - lineStart <= MAX_ERROR_LINE;
    this.#held = isOpen ? text.slice(lineStart) : '';
    this.#isAtLineStart = isOpen || lineStart === text.length;
    return isOpen ? text.slice(0, lineStart) : text;
  }

  #feed(piece: string): string[] {
    const text = this.#withoutOpenErrorLine(piece);
    if (text !== '') this.#parser.feed(text);
    if (this.#hasOverflowed) throw eventTooLarge(this.#maxEventCharacters, 'characters', this.#variable);
    const ready = this.#payloads;
    this.#payloads = [];
    return ready;
  }
}
