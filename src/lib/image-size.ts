/** Reads the size of an image from its header: PNG, GIF, WebP and JPEG. */

/** In pixels. */
export type ImageSize = { width: number; height: number };

/** Characters of base64 that are decoded first: where PNG, GIF and WebP have their size, and most JPEG. */
const HEAD = 8192;

/** The most that is decoded: a JPEG may have a thumbnail and a colour profile in front of its size. */
const MAX_HEAD = 700_000;

/** Returns the size; null for another type, or a header that cannot be read. @param base64 the file, which may be cut off. */
export function readImageSize(base64: string): ImageSize | null {
  const size = sizeIn(decode(base64, HEAD));
  return size === undefined ? (sizeIn(decode(base64, MAX_HEAD)) ?? null) : size;
}

/** The beginning of the file; empty for text that is no base64. */
function decode(base64: string, characters: number): DataView {
  const head = base64.slice(0, characters).replace(/\s/g, '');
  try {
    const text = atob(head.slice(0, head.length - (head.length % 4)));
    return new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
  } catch {
    return new DataView(new ArrayBuffer(0));
  }
}

/** Undefined = the size is behind what was read. */
function sizeIn(file: DataView): ImageSize | null | undefined {
  if (file.byteLength < 10) return null;
  const text = (at: number, length: number) =>
    String.fromCharCode(...Array.from({ length: Math.min(length, file.byteLength - at) }, (_, index) => file.getUint8(at + index)));
  if (text(0, 4) === 'GIF8') return { width: file.getUint16(6, true), height: file.getUint16(8, true) };
  if (file.getUint16(0) === 0xffd8) return jpegSize(file);
  if (file.byteLength < 30) return null;
  if (text(0, 4) === '\x89PNG') return { width: file.getUint32(16), height: file.getUint32(20) };
  return text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP' ? webpSize(file, text(12, 4)) : null;
}

/** @param chunk type of the first chunk. */
function webpSize(file: DataView, chunk: string): ImageSize | null {
  if (chunk === 'VP8 ') return { width: file.getUint16(26, true) & 0x3fff, height: file.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = file.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const threeBytes = (at: number) => file.getUint16(at, true) + (file.getUint8(at + 2) << 16);
  return chunk === 'VP8X' ? { width: threeBytes(24) + 1, height: threeBytes(27) + 1 } : null;
}

/** Segments come one after another; the size is in the one that begins the frame (0xC0 to 0xCF, without three that are tables). */
function jpegSize(file: DataView): ImageSize | null | undefined {
  for (let at = 2; at + 9 < file.byteLength; at += 2 + file.getUint16(at + 2)) {
    while (file.getUint8(at) === 0xff && file.getUint8(at + 1) === 0xff && at + 10 < file.byteLength) at++; // fill bytes
    if (file.getUint8(at) !== 0xff) return null;
    const marker = file.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: file.getUint16(at + 7), height: file.getUint16(at + 5) };
  }
  return undefined;
}
