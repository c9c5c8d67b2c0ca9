/**
 * Decodes token payloads without parsing them. Most payloads of a stream differ from the one before only in one string, the token.
 *
 * A payload that was decoded in full becomes a pattern: the text before its token and the text after it. A payload that matches the pattern
 * is one token. Any other payload is decoded in full, so this file affects speed only.
 *
 * Why the result is the same: payloads that differ only inside one JSON string are JSON values that differ only in that string. The
 * decoder's state has not changed since, because every other event drops the pattern.
 */
import type { Decoder, UpstreamDialect } from '../dialects/dialect.ts';
import type { StreamEvent, TextDeltaEvent } from '../unified/response/event.ts';
import { flattenText } from '../lib/flatten-text.ts';
import { parseJson } from '../lib/json.ts';

/** The text around a token: `before` ends with its opening quote, `after` begins with its closing quote. */
type Pattern = {
  before: string;
  after: string;
  /** The text after the padding; null = no padding. */ closing: string | null;
  choice: number;
};

/** Wraps a decoder. `tokenKey` and `paddingKey` are the fields of the token and of padding in this format. */
export function createFastDecoder(decoder: Decoder, { tokenKey, paddingKey }: Pick<UpstreamDialect, 'tokenKey' | 'paddingKey'>): Decoder {
  const tokenField = `"${tokenKey}":"`;
  const paddingField = paddingKey === undefined ? null : `"${paddingKey}":"`;
  let pattern: Pattern | null = null;
  return {
    push(payload) {
      const text = pattern === null ? null : matchToken(payload, pattern);
      if (pattern !== null && text !== null) return [{ type: 'text-delta', choice: pattern.choice, text }];
      const events = decoder.push(payload);
      const token = findSoleToken(events);
      pattern = token === null ? null : createPattern(payload, token, { tokenField, paddingField });
      return events;
    },
  };
}

/** Returns the token of a payload that matches the pattern, else null. Compares slices: `startsWith` takes ten times as long. */
function matchToken(payload: string, { before, after, closing }: Pattern): string | null {
  const start = before.length;
  if (payload.slice(0, start) !== before) return null;
  const end = findClosingQuote(payload, start);
  const rest = end + after.length;
  if (end <= start || payload.slice(end, rest) !== after) return null; // an empty token makes no event
  if (closing === null ? rest !== payload.length : !isPadding(payload, rest, closing)) return null;
  return unquote(payload.slice(start, end));
}

/** Returns the index of the quote that ends a JSON string whose content starts at `from`; -1 when there is none. */
function findClosingQuote(payload: string, from: number): number {
  let end = payload.indexOf('"', from);
  while (end > from && payload.charCodeAt(end - 1) === BACKSLASH && isEscaped(payload, end)) end = payload.indexOf('"', end + 1);
  return end;
}

const BACKSLASH = 0x5c;

/** True when an odd number of backslashes precedes the position. */
function isEscaped(payload: string, position: number): boolean {
  let first = position;
  while (payload.charCodeAt(first - 1) === BACKSLASH) first--;
  return (position - first) % 2 === 1;
}

/** True when the rest of a payload is letters followed by `closing`. */
function isPadding(payload: string, from: number, closing: string): boolean {
  const end = payload.length - closing.length;
  return end >= from && payload.slice(end) === closing && /^\w*$/.test(payload.slice(from, end));
}

/** Matches what needs a JSON parser: escapes and control characters. */
// oxlint-disable-next-line no-control-regex -- the pattern matches control characters on purpose
const NOT_PLAIN = /[\\\u0000-\u001f]/;

/** Returns the text of a JSON string, given without its quotes; null when it is not valid. */
function unquote(inside: string): string | null {
  if (!NOT_PLAIN.test(inside)) return flattenText(inside); // a kept token must not keep the whole payload in memory
  const text = parseJson(`"${inside}"`);
  return typeof text === 'string' ? text : null;
}

/** Returns the event of a payload that was exactly one token, else null. */
function findSoleToken(events: readonly StreamEvent[]): TextDeltaEvent | null {
  const [event] = events;
  return events.length === 1 && event?.type === 'text-delta' && event.logprobs === undefined && event.original === undefined ? event : null;
}

/** The pattern of a payload that was a token; null where its field is not plain to see. */
type Fields = { tokenField: string; paddingField: string | null };

function createPattern(payload: string, { text, choice }: TextDeltaEvent, { tokenField, paddingField }: Fields): Pattern | null {
  const at = payload.indexOf(tokenField);
  if (at < 0 || payload.includes(tokenField, at + 1)) return null;
  const start = at + tokenField.length;
  const end = findClosingQuote(payload, start);
  if (end < 0 || unquote(payload.slice(start, end)) !== text) return null;
  const before = flattenText(payload.slice(0, start));
  const padding = paddingField === null ? -1 : payload.indexOf(paddingField, end);
  if (paddingField === null || padding < 0) return { before, after: flattenText(payload.slice(end)), closing: null, choice };
  const padded = padding + paddingField.length;
  return {
    before,
    after: flattenText(payload.slice(end, padded)),
    closing: flattenText(payload.slice(payload.indexOf('"', padded))),
    choice,
  };
}
