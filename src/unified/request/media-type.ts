/**
 * Detects the media type of bytes from their beginning, because clients often declare a wrong type and most providers check the bytes (magic
 * numbers: https://mimesniff.spec.whatwg.org, https://www.garykessler.net/library/file_sigs.html; as last known).
 */

/** Enough base64 characters for the longest mark; a multiple of four. */
const HEAD_CHARACTERS = 32;

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^[^]{4}ftypavi[fs]/, 'image/avif'],
  [/^[^]{4}ftyphe(?:ic|ix|im|is|vc|vx)/, 'image/heic'],
  [/^[^]{4}ftypm[is]f1/, 'image/heif'],
  [/^%PDF-/, 'application/pdf'],
  [/^RIFF[^]{4}WAVE/, 'audio/wav'],
  [/^(?:ID3|\xff[\xfb\xf3\xf2])/, 'audio/mp3'],
  [/^OggS/, 'audio/ogg'],
  [/^fLaC/, 'audio/flac'],
  [/^[^]{4}ftypM4A/, 'audio/m4a'],
  [/^[^]{4}ftypqt/, 'video/quicktime'],
  [/^[^]{4}ftyp/, 'video/mp4'],
];

/** Returns the media type of bytes in base64; null when it is not recognized. */
export function typeOfBytes(base64: string): string | null {
  try {
    return typeOfHead(atob(base64.slice(0, HEAD_CHARACTERS - (base64.length < HEAD_CHARACTERS ? base64.length % 4 : 0))));
  } catch {
    return null; // not base64
  }
}

/** Returns the media type for the first 16 bytes, given as characters. */
export const typeOfHead = (head: string): string | null => MARKS.find(([mark]) => mark.test(head))?.[1] ?? null;

/** Maps aliases of a media type to the name that providers accept. */
const SAME: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'application/x-pdf': 'application/pdf',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/mpeg': 'audio/mp3',
  'audio/mpeg3': 'audio/mp3',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/m4a',
  'audio/mp4': 'audio/m4a',
};

/** Returns the name of a media type that providers accept. */
export const usualType = (type: string): string => (Object.hasOwn(SAME, type) ? (SAME[type] ?? type) : type);

/** Media types by file name extension, for types without a mark. */
const ENDINGS: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  pdf: 'application/pdf',
};

/** Returns the media type for a file name; null when the extension is unknown. */
export function typeOfName(filename: string): string | null {
  const ending = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(ENDINGS, ending) ? (ENDINGS[ending] ?? null) : null;
}
