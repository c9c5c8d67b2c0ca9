/**
 * Bytes of a server-sent event stream to the data of its events. The line grammar is eventsource-parser's (linear however the bytes
 * are cut); added here are bytes, a byte order mark, an end without a blank line, and the cap on one event. Knows no dialect.
 */
import { createParser } from 'eventsource-parser';
import { eventTooLarge } from './event-too-large.ts';
import { isObject, parseBounded } from '../../lib/json.ts';
import type { Framer } from './framer.ts';

/** Names of events that are errors, whatever their data look like. */
const ERROR_EVENT = /(error|exception)$/i;

/**
 * A line that is an error in a field of its own: llama.cpp's server sent `error: {"code": 400, ...}` until September 2025
 * (ggml-org/llama.cpp pull request 16109, read 2026-11-30).
 */
const ERROR_FIELD = 'error:';

/** Longest such line, in UTF-16 units. */
const MAX_ERROR_LINE = 16_384;

/** The data of an error as a payload that every decoder recognises as one. */
function asError(data: string): string {
  const body = parseBounded(data);
  if (!isObject(body)) return JSON.stringify({ error: body ?? data });
  const isRecognised = body['error'] !== undefined || body['type'] === 'error' || body['object'] === 'error';
  return isRecognised ? data : JSON.stringify({ error: body });
}

/** @param maxEventCharacters the largest single event, in UTF-16 units. */
export function createSseFramer(maxEventCharacters: number, variable?: string): Framer {
  const decoder = new TextDecoder(); // keeps half a character until its other half comes, drops a byte order mark
  let payloads: string[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: maxEventCharacters,
    onEvent: ({ data, event }) => {
      if (data !== '') payloads.push(event !== undefined && ERROR_EVENT.test(event) ? asError(data) : data);
    },
    onError: ({ type, field, value }) => {
      overflow ||= type === 'max-buffer-size-exceeded'; // other unknown fields and bad retry values are no trouble
      if (type === 'unknown-field' && field === 'error' && value !== undefined) payloads.push(asError(value));
    },
  });

  let held = '';
  let isAtLineStart = true;

  /** The text without an error line whose end has not come yet: the parser drops a line of an unknown field that comes in pieces. */
  function withoutOpenErrorLine(piece: string): string {
    const text = held + piece;
    if (text === '') return text;
    const lineStart = text.lastIndexOf('\n') + 1;
    const line = lineStart > 0 || isAtLineStart ? text.slice(lineStart, lineStart + ERROR_FIELD.length) : '';
    const isOpen = line !== '' && ERROR_FIELD.startsWith(line) && text.length - lineStart <= MAX_ERROR_LINE;
    held = isOpen ? text.slice(lineStart) : '';
    isAtLineStart = isOpen || lineStart === text.length;
    return isOpen ? text.slice(0, lineStart) : text;
  }

  function feed(piece: string): string[] {
    const text = withoutOpenErrorLine(piece);
    if (text !== '') parser.feed(text);
    if (overflow) throw eventTooLarge(maxEventCharacters, 'characters', variable);
    const ready = payloads;
    payloads = [];
    return ready;
  }

  return {
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => feed(`${decoder.decode()}\n\n`),
  };
}
