/**
 * The body of an upstream call. Large fields that the client sent and nothing changed are sent as the bytes that came (`lib/source-bytes.ts`);
 * every other body is text.
 */
import type { JsonObject } from '../lib/json.ts';
import { joinBytes } from '../lib/join-bytes.ts';
import { forgetSource, sourceOf } from '../lib/source-bytes.ts';

/** The body of one call. */
export class CallBody {
  readonly #json: JsonObject;
  /** Text between the bytes that came, which stand in between. Null = the body is text. */
  #pieces: readonly (string | Uint8Array)[] | null;
  #text: string | null = null;
  /** UTF-16 units of the text. Where bytes are sent on, as the client wrote them: white space and escapes count. */
  readonly length: number;

  constructor(json: JsonObject) {
    this.#json = json;
    const { pieces, length } = readPieces(json);
    this.#pieces = pieces;
    this.length = pieces === null ? this.text.length : length;
  }

  /** The body as text. For a body that is sent as bytes it is written on first use: the same value, perhaps in another spelling. */
  get text(): string {
    return (this.#text ??= JSON.stringify(this.#json));
  }

  /** What is sent. Bytes are joined for each call, so that they are in memory only while they are sent. */
  toSend(): string | Uint8Array<ArrayBuffer> {
    return this.#pieces === null ? this.text : joined(this.#pieces);
  }

  /**
   * Frees what was sent, because an answer has come: a stream may be open for minutes. Where it is needed once more, for another attempt, it is
   * written from the values.
   */
  release(): void {
    this.#text = null;
    if (this.#pieces === null) return;
    this.#pieces = null;
    for (const value of Object.values(this.#json)) forgetSource(value);
  }
}

/** Writes the fields of a body around the bytes that are known. */
function readPieces(json: JsonObject): { pieces: (string | Uint8Array)[] | null; length: number } {
  const sources = Object.values(json).map(sourceOf);
  if (sources.every((source) => source === null)) return { pieces: null, length: 0 };
  const pieces: (string | Uint8Array)[] = [];
  let [text, length] = ['', 0];
  for (const [index, [name, value]] of Object.entries(json).entries()) {
    const source = sources[index] ?? null;
    const written = source === null ? JSON.stringify(value) : '';
    if (written === undefined) continue; // as in JSON.stringify, a field without a value
    text += `${text === '' && pieces.length === 0 ? '{' : ','}${JSON.stringify(name)}:${written}`;
    if (source === null) continue;
    pieces.push(text, source.bytes);
    length += text.length + source.characters;
    text = '';
  }
  pieces.push(`${text}}`);
  return { pieces, length: length + text.length + 1 };
}

function joined(pieces: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  return joinBytes(pieces.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece)));
}
