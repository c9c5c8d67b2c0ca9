/**
 * Reads a body piece by piece into one buffer that is used again and again. What was read is only good until the next read. The buffer
 * begins small, for a token at a time, and grows where a provider sends more at once: entering JavaScript is what a read costs, so the fewer
 * the better, and a thousand open streams should not hold what a flood needs.
 */

/** Pieces of a body. */
export interface BodyReader {
  /** The next piece, good until the next read; null at the end. One read at a time. */
  read(): Promise<Uint8Array | null>;
  /** Gives the rest up. */
  cancel(): Promise<void>;
}

const FIRST_BYTES = 4096;
const MAX_BYTES = 16_384;

/** Takes the body. A body that is no stream of bytes, as tests make them, is read in the pieces that it comes in. */
export function openBody(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = byobReader(body);
  return reader === null ? new PieceReader(body.getReader()) : new BufferReader(reader);
}

function byobReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return null;
  }
}

/** Reads into one buffer. */
class BufferReader implements BodyReader {
  readonly #reader: ReadableStreamBYOBReader;
  #bytes = FIRST_BYTES;
  #buffer = new ArrayBuffer(FIRST_BYTES);

  constructor(reader: ReadableStreamBYOBReader) {
    this.#reader = reader;
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = this.#bytes;
    const { done, value } = await this.#reader.read(new Uint8Array(this.#buffer, 0, bytes));
    if (done || value === undefined) return null;
    // The buffer went to the runtime and came back as another object.
    if (value.byteLength < bytes || bytes === MAX_BYTES) this.#buffer = value.buffer;
    else {
      this.#bytes = Math.min(MAX_BYTES, bytes * 2);
      this.#buffer = new ArrayBuffer(this.#bytes);
    }
    return value;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** Reads the pieces that come. */
class PieceReader implements BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  async read(): Promise<Uint8Array | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : value;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
