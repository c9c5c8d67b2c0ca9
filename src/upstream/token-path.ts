/**
 * The short way for tokens. Most payloads of a stream differ from the one before in a single string, the token. One that has been
 * decoded in full becomes a pattern: what stands before the token and after it. A payload that fits the pattern is its token and nothing
 * else, and needs no parsing; anything that does not fit is decoded in full, so that correctness never rests on this file.
 *
 * Why that is the same: equal text around one string is equal JSON but for that string; and a decoder whose state has not changed since
 * (every other event drops the pattern) makes the same event of it.
 */
import type { Decoder } from '../dialects/dialect.ts';
import type { StreamEvent } from '../unified/event.ts';

/** What stands around a token: `before` ends with its opening quote, `after` begins with its closing one. */
type Pattern = { before: string; after: string; choice: number };

/** @param key the field that holds a token in this format. */
export function recognising(decoder: Decoder, key: string): Decoder {
  const field = `"${key}":"`;
  let pattern: Pattern | null = null;
  return {
    push(payload) {
      const text = pattern === null ? null : tokenIn(payload, pattern);
      if (pattern !== null && text !== null) return [{ type: 'text-delta', choice: pattern.choice, text }];
      const events = decoder.push(payload);
      pattern = patternOf(payload, events, field);
      return events;
    },
  };
}

/** The token of a payload that fits; null where it does not, or where its string is not plain. */
function tokenIn(payload: string, { before, after }: Pattern): string | null {
  if (!payload.startsWith(before) || payload.length <= before.length + after.length) return null;
  const end = payload.indexOf('"', before.length);
  const text = payload.slice(before.length, end);
  // An escape is what a parser is for. An empty text is no event.
  if (end === before.length || text.includes('\\')) return null;
  return payload.endsWith(after) && end === payload.length - after.length ? text : null;
}

/** The pattern of a payload that was one plain token; null for any other. */
function patternOf(payload: string, events: readonly StreamEvent[], field: string): Pattern | null {
  const [event, ...more] = events;
  if (event?.type !== 'text-delta' || event.logprobs !== undefined || more.length > 0) return null;
  const at = payload.indexOf(field);
  if (at < 0 || payload.includes(field, at + 1)) return null;
  const start = at + field.length;
  const end = start + event.text.length;
  // The field holds the token as it is, without escapes.
  if (!payload.startsWith(event.text, start) || payload[end] !== '"' || event.text.includes('"') || event.text.includes('\\')) return null;
  return { before: payload.slice(0, start), after: payload.slice(end), choice: event.choice };
}
