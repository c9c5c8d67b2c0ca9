/**
 * Bytes as base64 text and back, in a Worker: text is made without a copy of all bytes as characters, and without a call of a million
 * arguments. Knows nothing of what the bytes are.
 */

/** Bytes encoded at a time. A multiple of three, so that no padding stands in the middle. */
const CHUNK_BYTES = 24_576;

/** Bytes as base64, with padding. The runtime does it itself where it can (ES2026, `Uint8Array.prototype.toBase64`). */
export function toBase64(bytes: Uint8Array): string {
  return 'toBase64' in bytes && typeof bytes.toBase64 === 'function' ? String(bytes.toBase64()) : inChunks(bytes);
}

/** The same, for a runtime that cannot. */
export function inChunks(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES))));
  }
  return pieces.join('');
}

/** The bytes of base64 text. @throws DOMException for a text that is no base64; its message may show a piece of the text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // As large as a batch of embeddings: a callback for each character takes seconds.
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
