/** Joins the pieces of a body into one array of bytes. */

/** Total bytes of all pieces. */
export const totalBytes = (pieces: readonly Uint8Array[]): number => pieces.reduce((total, piece) => total + piece.byteLength, 0);

/** Joins pieces in their order. @param length total bytes of all pieces. */
export function joinBytes(pieces: readonly Uint8Array[], length: number = totalBytes(pieces)): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.byteLength;
  }
  return whole;
}
