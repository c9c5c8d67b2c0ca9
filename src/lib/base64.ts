/**
 * Encodes bytes as base64 text and decodes them, in a Worker. Encoding makes no second copy of all bytes and no call with a million
 * arguments.
 */

/** Bytes encoded at a time. A multiple of three, so that only the last chunk has padding. */
const CHUNK_BYTES = 24_576;

/** Encodes bytes as base64, with padding. Uses `Uint8Array.prototype.toBase64` (ES2026) where the runtime has it. */
export function toBase64(bytes: Uint8Array): string {
  return 'toBase64' in bytes && typeof bytes.toBase64 === 'function' ? String(bytes.toBase64()) : encodeInChunks(bytes);
}

/** Encodes bytes as base64 in chunks, for a runtime without `toBase64`. */
export function encodeInChunks(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES))));
  }
  return pieces.join('');
}

/** Encodes bytes as base64 for addresses and tokens: `-` and `_`, no padding. */
export const toBase64Url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** Decodes base64 for addresses and tokens. @throws DOMException when the text is not base64. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));

/** Decodes base64 text. @throws DOMException when the text is not base64; its message may contain a part of the text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // A loop: the text may be a batch of embeddings, and a callback per character takes seconds.
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
