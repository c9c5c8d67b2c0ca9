/**
 * The short way for tokens. Most payloads of a stream differ from the one before in a single string, the token. One that has been
 * decoded in full becomes a pattern: what stands before the token and after it. A payload that fits the pattern is its token and nothing
 * else, and needs no parsing; anything that does not fit is decoded in full, so that correctness never rests on this file.
 *
 * Why that is the same: equal text around one JSON string is equal JSON but for that string; and a decoder whose state has not changed
 * since (every event but such a token drops the pattern) makes the same event of it.
 */
import type { Decoder, UpstreamDialect } from '../dialects/dialect.ts';
import type { StreamEvent, TextDeltaEvent } from '../unified/response/event.ts';
import { flattenText } from '../lib/flatten-text.ts';
import { parseJson } from '../lib/json.ts';

/** What stands around a token: `before` ends with its opening quote, `after` begins with its closing one. */
type Pattern = {
  before: string;
  after: string;
  /** What follows the padding; null = nothing is padded. */ closing: string | null;
  choice: number;
};

/** A decoder of this format that takes the short way where it can. */
export function createFastDecoder(decoder: Decoder, { tokenKey, paddingKey }: Pick<UpstreamDialect, 'tokenKey' | 'paddingKey'>): Decoder {
  const tokenField = `"${tokenKey}":"`;
  const paddingField = paddingKey === undefined ? null : `"${paddingKey}":"`;
  let pattern: Pattern | null = null;
  return {
    push(payload) {
      const text = pattern === null ? null : tokenIn(payload, pattern);
      if (pattern !== null && text !== null) return [{ type: 'text-delta', choice: pattern.choice, text }];
      const events = decoder.push(payload);
      const token = onlyToken(events);
      pattern = token === null ? null : patternOf(payload, token, { tokenField, paddingField });
      return events;
    },
  };
}

/** The token of a payload that fits; null where it does not. Slices are compared, since `startsWith` takes ten times as long. */
function tokenIn(payload: string, { before, after, closing }: Pattern): string | null {
  const start = before.length;
  if (payload.slice(0, start) !== before) return null;
  const end = closingQuote(payload, start);
  const rest = end + after.length;
  if (end <= start || payload.slice(end, rest) !== after) return null; // an empty text is no event
  if (closing === null ? rest !== payload.length : !isPadding(payload, rest, closing)) return null;
  return unquoted(payload.slice(start, end));
}

/** Where a JSON string ends that begins before `from`; -1 = nowhere. */
function closingQuote(payload: string, from: number): number {
  let end = payload.indexOf('"', from);
  while (end > from && payload.charCodeAt(end - 1) === BACKSLASH && isEscaped(payload, end)) end = payload.indexOf('"', end + 1);
  return end;
}

const BACKSLASH = 0x5c;

/** An odd number of backslashes stands before it. */
function isEscaped(payload: string, at: number): boolean {
  let first = at;
  while (payload.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

/** The rest of a payload is letters, and then what always follows them. */
function isPadding(payload: string, from: number, closing: string): boolean {
  const end = payload.length - closing.length;
  return end >= from && payload.slice(end) === closing && /^\w*$/.test(payload.slice(from, end));
}

/** What a parser is for: escapes, and what must not stand in a string as it is. */
// oxlint-disable-next-line no-control-regex -- control characters are what is being looked for
const NOT_PLAIN = /[\\\u0000-\u001f]/;

/** The text of a JSON string without its quotes; null where it is none. */
function unquoted(inside: string): string | null {
  if (!NOT_PLAIN.test(inside)) return flattenText(inside); // whoever keeps a token must not keep all that was read with it
  const text = parseJson(`"${inside}"`);
  return typeof text === 'string' ? text : null;
}

/** The event of a payload that was one token and nothing else. */
function onlyToken(events: readonly StreamEvent[]): TextDeltaEvent | null {
  const [event] = events;
  return events.length === 1 && event?.type === 'text-delta' && event.logprobs === undefined ? event : null;
}

/** The pattern of a payload that was a token; null where its field is not plain to see. */
type Fields = { tokenField: string; paddingField: string | null };

function patternOf(payload: string, { text, choice }: TextDeltaEvent, { tokenField, paddingField }: Fields): Pattern | null {
  const at = payload.indexOf(tokenField);
  if (at < 0 || payload.includes(tokenField, at + 1)) return null;
  const start = at + tokenField.length;
  const end = closingQuote(payload, start);
  if (end < 0 || unquoted(payload.slice(start, end)) !== text) return null;
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
