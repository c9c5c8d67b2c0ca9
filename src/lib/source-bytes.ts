/**
 * Remembers the bytes that large JSON values were parsed from. A value that is sent on as it came is then not written and encoded again: for
 * 256 KB of text that takes longer than parsing it.
 *
 * The bytes are found by the value itself. So they hold only while the value is not changed in place, and nothing changes a parsed body:
 * every attempt is rendered from it anew (`test/calls/untouched-body.test.ts`).
 */
import { isObject } from './json.ts';

/** Bytes of a value, and the UTF-16 units of the text that they encode. */
export type SourceBytes = { bytes: Uint8Array; characters: number };

/** A field of an object in a JSON text: the positions of its value, and the fields in it. */
export type JsonSpan = { name: string; start: number; end: number; fields: number };

/** Stands in decoded text for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

const FIRST_BYTE_OF_MARK = 0xef;

const sources = new WeakMap<object, SourceBytes>();

/** The bytes that a value was parsed from; null = they are not known. */
export function sourceOf(value: unknown): SourceBytes | null {
  return typeof value === 'object' && value !== null ? (sources.get(value) ?? null) : null;
}

/** Frees the bytes of a value. From then on they are not known. */
export function forgetSource(value: unknown): void {
  if (typeof value === 'object' && value !== null) sources.delete(value);
}

/**
 * Remembers the bytes of large fields of a body. Remembers nothing where another reader of the bytes could find another value: bytes that are
 * not UTF-8, and names that an object has twice.
 *
 * @param source the received bytes, the same decoded, how many fields the body has in the text, and the large ones of them.
 * @returns whether anything is remembered, so that the bytes stay in memory with the body.
 */
export function rememberSources(
  body: unknown,
  { bytes, text, ownFields, spans }: { bytes: Uint8Array; text: string; ownFields: number; spans: readonly JsonSpan[] },
): boolean {
  if (!isObject(body) || spans.length === 0 || Object.keys(body).length !== ownFields) return false;
  if (!isPlainUtf8(bytes, text)) return false;
  const offsetOf = createOffsets(bytes.length, text);
  let hasAny = false;
  for (const { name, start, end, fields } of spans) {
    const value = Object.hasOwn(body, name) ? body[name] : null;
    if (typeof value !== 'object' || value === null || countFields(value) !== fields) continue;
    sources.set(value, { bytes: bytes.subarray(offsetOf(start), offsetOf(end)), characters: end - start });
    hasAny = true;
  }
  return hasAny;
}

/** True for bytes that were decoded without a loss: no byte order mark was left out, and no byte replaced. */
export const isPlainUtf8 = (bytes: Uint8Array, text: string): boolean => bytes[0] !== FIRST_BYTE_OF_MARK && !text.includes(REPLACEMENT);

/** Fields of a value and of everything in it. */
function countFields(value: object): number {
  const inner = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : inner.length;
  for (const child of inner) if (typeof child === 'object' && child !== null) count += countFields(child);
  return count;
}

/** Converts positions in a text to offsets in its bytes. Encodes what is before the position or behind it, whichever is shorter. */
export function createOffsets(length: number, text: string): (position: number) => number {
  if (length === text.length) return (position) => position;
  const encoder = new TextEncoder();
  const lengthOf = (part: string) => encoder.encode(part).length;
  return (position) => (2 * position < text.length ? lengthOf(text.slice(0, position)) : length - lengthOf(text.slice(position)));
}
