/** Splits the bytes of an SSE stream into its frames. It never decodes text, so a read may end within a character. */
import { joinBytes } from '../lib/join-bytes.ts';

const LINE_FEED = 10;

/** Collects bytes until a frame is whole. The frames must end with two line feeds, as those of the router do. */
export class FrameSplitter {
  /** Bytes of a frame that is not whole. */
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** Returns the frames that these bytes complete, each with its end. */
  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
      const before = at > start ? bytes[at - 1] : start === 0 ? this.#pieces.at(-1)?.at(-1) : undefined;
      if (before !== LINE_FEED) continue;
      frames.push(this.#complete(bytes.subarray(start, at + 1)));
      start = at + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
    return frames;
  }

  /** Bytes that are kept because their frame is not whole. */
  get heldBytes(): number {
    return this.#length;
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #complete(last: Uint8Array): Uint8Array {
    if (this.#length === 0) return last;
    this.#keep(last);
    const frame = joinBytes(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return frame;
  }
}
