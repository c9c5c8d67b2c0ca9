/**
 * Keeps the bytes of the one long text of a received JSON document, as it stands there. Where the same text is written again as JSON, they are
 * copied: for 256 KB that takes a tenth of the time of escaping and encoding it.
 */
import { isExactNumber } from './exact-json.ts';
import { joinBytes } from './join-bytes.ts';
import { endOfString } from './json-string.ts';
import { createOffsets, isPlainUtf8 } from './source-bytes.ts';

/** Least length of a long text, in characters of its JSON. */
const LONG = 16 * 1024;

/** Most values that are looked at to find the text. Answers with log probabilities have more, and are written as a whole. */
const MAX_LOOKED_AT = 1000;

/** Keeps the literal of one text. */
export class KeptLiteral {
  #kept: { text: string; literal: Uint8Array } | null = null;

  /**
   * Keeps the literal of the long text of a document. A decoded text is never longer than its literal. So where a document has one long literal,
   * its one long text is the text of that literal, wherever they are.
   *
   * @param document what was parsed from the text; `bytes` are those of the text.
   */
  keep(document: unknown, { bytes, text }: { bytes: Uint8Array; text: string }): void {
    this.#kept = null;
    const found = findLong(document);
    if (found === null || !isPlainUtf8(bytes, text)) return;
    const literal = onlyLongLiteral(text);
    if (literal === null) return;
    const offsetOf = createOffsets(bytes.length, text);
    this.#kept = { text: found, literal: bytes.subarray(offsetOf(literal.start), offsetOf(literal.end)) };
  }

  /** Writes a value as JSON: as bytes if it has the kept text, else as text. */
  write(value: unknown): string | Uint8Array<ArrayBuffer> {
    const kept = this.#kept;
    const around = kept === null ? null : writeAround(value, kept.text, { left: MAX_LOOKED_AT });
    if (kept === null || around === null) return JSON.stringify(value);
    const encoder = new TextEncoder();
    const [before, after] = around;
    return joinBytes([encoder.encode(before), kept.literal, encoder.encode(after)]);
  }
}

/** The one long text in a document; null where there is none, or more than one. */
function findLong(document: unknown): string | null {
  const found: string[] = [];
  const open: unknown[] = [document];
  for (let count = 0; open.length > 0; count++) {
    const value = open.pop();
    if (count > MAX_LOOKED_AT || found.length > 1) return null;
    if (typeof value === 'string' && value.length >= LONG) found.push(value);
    else if (typeof value === 'object' && value !== null) {
      const children = Object.values(value);
      if (children.length > MAX_LOOKED_AT) return null;
      open.push(...children);
    }
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Positions of the one long string in the text of a valid document; null where there are several. */
function onlyLongLiteral(text: string): { start: number; end: number } | null {
  let found: { start: number; end: number } | null = null;
  for (let start = text.indexOf('"'); start >= 0;) {
    const end = endOfString(text, start + 1) + 1;
    if (end - start >= LONG) {
      if (found !== null) return null;
      found = { start, end };
    }
    start = text.indexOf('"', end);
  }
  return found;
}

/** The JSON of a value before and behind a text in it; null where the text is not found. @param looks how many values may still be looked at. */
function writeAround(value: unknown, text: string, looks: { left: number }): readonly [before: string, after: string] | null {
  if (value === text) return ['', ''];
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return null;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, entry]) => isList || entry !== undefined);
  looks.left -= entries.length;
  if (looks.left < 0) return null;
  const named = (name: string, json: string) => (isList ? json : `${JSON.stringify(name)}:${json}`);
  const write = ([name, entry]: [string, unknown]) => named(name, JSON.stringify(entry ?? null));
  for (const [index, [name, entry]] of entries.entries()) {
    const around = writeAround(entry, text, looks);
    if (around === null) continue;
    const [before, after] = around;
    const written = [...entries.slice(0, index).map(write), named(name, before)].join(',');
    const rest = entries.slice(index + 1).map((other) => `,${write(other)}`);
    return [`${isList ? '[' : '{'}${written}`, `${after}${rest.join('')}${isList ? ']' : '}'}`];
  }
  return null;
}
