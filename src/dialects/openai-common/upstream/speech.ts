/**
 * Reads values where a text is expected. A scalar becomes its text: some providers send a token that looks like JSON as JSON, so "6" arrives
 * as a number. Any other value is reported as unreadable, because dropping it would lose text silently.
 */
import { UnreadableError } from '../../../unified/error.ts';
import { errorEvent, type StreamEvent } from '../../../unified/response/event.ts';
import { scalarText } from '../../../lib/exact-json.ts';
import { wordOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';

/** Called for a part of content that has no place in an answer, by its type. */
export type OnOther = (type: string) => void;

/**
 * Text, in one piece or in parts; null where there is none.
 *
 * @throws UnreadableError for what is no text, and for parts of which none is.
 */
export function speechOf(value: unknown, onOther: OnOther = () => undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (value === null || value === undefined) return null;
  const parts = Array.isArray(value) ? value.filter((part) => part !== null) : [value];
  const texts = parts.map((part) => textOfPart(part));
  if (texts.length > 0 && texts.every((text) => text === null)) throw noText(value);
  for (const [position, text] of texts.entries()) if (text === null) onOther(wordOf((parts[position] as WireObject).type));
  return texts.join('') || null;
}

/**
 * The parts of content as objects. A text in place of the list, or of a part, is a part of text.
 *
 * @param type the type of a part of text in this format; absent where its parts have none.
 * @throws UnreadableError for what is neither.
 */
export function contentParts(content: unknown, type?: string): WireObject[] {
  if (content === null || content === undefined) return [];
  const parts: unknown[] = Array.isArray(content) ? content : [content];
  return parts.flatMap((part) => {
    if (isObject(part)) return [part];
    const text = speechOf(part);
    return text === null ? [] : [{ ...(type === undefined ? {} : { type }), text }];
  });
}

const TEXT_TYPES = new Set<unknown>(['text', 'output_text']);

/** Text of a part; null where it is a part of another type. @throws UnreadableError for what is no part. */
function textOfPart(part: unknown): string | null {
  const text = scalarText(part) ?? (isObject(part) ? scalarText(part.text) : null);
  if (text !== null) return text;
  if (!isObject(part) || typeof part.type !== 'string' || part.text != null) throw noText(part);
  return TEXT_TYPES.has(part.type) ? '' : null;
}

const noText = (raw: unknown) =>
  new UnreadableError('provider_unavailable', 'the upstream sent something else where text belongs', { raw });

/** JSON text of the arguments of a call, in one piece or a part of it; '' where there is none. */
export function argumentsText(value: unknown): string {
  return scalarText(value) ?? (typeof value === 'object' && value !== null ? JSON.stringify(value) : '');
}

/** A word about an answer (an id, a name, a finish reason); null where there is none. */
export function labelOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'boolean' ? null : scalarText(value);
}

/** The events of a payload, or the error that it cannot be read. */
export function orUnreadable(read: () => StreamEvent[]): StreamEvent[] {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof UnreadableError)) throw thrown;
    return [errorEvent(thrown)];
  }
}
