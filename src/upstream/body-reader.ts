/**
 * Reads a body piece by piece into one reused buffer. A piece is valid until the next read.
 *
 * The buffer starts small, for single tokens, and grows when a provider sends more at once. Each read costs a switch into JavaScript, so
 * fewer reads are better; small buffers keep the memory of a thousand open streams low.
 */

/** What the runtime resolves a read to. */
export type Piece = { done: boolean; value?: Uint8Array | undefined };

/** Reads the pieces of a body. */
export abstract class BodyReader {
  /** Reads from the network. One read at a time. */
  abstract wait(): Promise<Piece>;

  /** The bytes that were read, valid until the next read; null at the end. */
  abstract take(piece: Piece): Uint8Array | null;

  /** Cancels the rest. */
  abstract cancel(): Promise<void>;

  /** Both steps. */
  async read(): Promise<Uint8Array | null> {
    return this.take(await this.wait());
  }
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
class BufferReader extends BodyReader {
  readonly #reader: ReadableStreamBYOBReader;
  #bytes = FIRST_BYTES;
  #buffer = new ArrayBuffer(FIRST_BYTES);

  constructor(reader: ReadableStreamBYOBReader) {
    super();
    this.#reader = reader;
  }

  wait(): Promise<Piece> {
    const view = new Uint8Array(this.#buffer, 0, this.#bytes);
    return this.#reader.read(view);
  }

  take({ done, value }: Piece): Uint8Array | null {
    if (done || value === undefined) return null;
    // The buffer went to the runtime and came back as another object.
    if (value.byteLength < this.#bytes || this.#bytes === MAX_BYTES) this.#buffer = value.buffer as ArrayBuffer;
    else {
      this.#bytes = Math.min(MAX_BYTES, this.#bytes * 2);
      this.#buffer = new ArrayBuffer(this.#bytes);
    }
    return value;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** Reads the pieces that come. */
class PieceReader extends BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    super();
    this.#reader = reader;
  }

  wait(): Promise<Piece> {
    return this.#reader.read();
  }

  take({ done, value }: Piece): Uint8Array | null {
    return done || value === undefined ? null : value;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
