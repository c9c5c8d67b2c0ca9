/** Bytes as base64 text, in a Worker: without a copy of all bytes as characters, and without a call of a million arguments. */

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
