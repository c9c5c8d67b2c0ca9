/**
 * Reads a body piece by piece into one reused buffer. A piece is valid until the next read.
 *
 * The buffer starts small, for single tokens, and grows when a provider sends more at once. Each read costs a switch into JavaScript, so
 * fewer reads are better; small buffers keep the memory of a thousand open streams low.
 */

/** Reads the pieces of a body. */
export interface BodyReader {
  /** Returns the next piece, valid until the next read; null at the end. One read at a time. */
  read(): Promise<Uint8Array | null>;
  /** Cancels the rest. */
  cancel(): Promise<void>;
}

const FIRST_BYTES = 4096;
const MAX_BYTES = 16_384;

/** Opens a body. A body that is not a byte stream (tests use such bodies) is read in the pieces it arrives in. */
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

/** Reads into one reused buffer. */
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
