/** Decides which types of files are fetched for a client, and detects the type when the host does not declare it. */
import { typeOfHead } from '../../unified/request/media-type.ts';

/** Types that some model reads. Not SVG and HTML: no model accepts them, and an HTML page instead of a file is a failure. */
const ACCEPTED = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'image/heif',
  'image/avif',
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/plain',
  'text/markdown',
  'text/csv',
  'video/mp4',
  'video/mpeg',
  'video/quicktime',
  'video/webm',
]);

/** Content types of hosts that do not know the type of their files. */
const VAGUE = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/binary']);

/** Returns the type in a `content-type` header, in lower case. Null = not supported, '' = not declared. */
export function declaredType(header: string | null): string | null {
  const type = (header?.split(';')[0] ?? '').trim().toLowerCase();
  if (VAGUE.has(type)) return '';
  if (type === 'image/jpg') return 'image/jpeg';
  return ACCEPTED.has(type) || /^audio\/[a-z0-9.+-]+$/.test(type) ? type : null;
}

/**
 * Returns the type of a file: from its bytes when the host declares none, or declares an image. (Hosts that convert images often declare the
 * old type, and some models reject an image with a wrong type.) Null when neither is known.
 */
export function typeOf(declared: string, bytes: Uint8Array): string | null {
  const found = typeOfHead(String.fromCharCode(...bytes.subarray(0, 16)));
  const detected = found !== null && /^(image|application)\//.test(found) ? found : null;
  return declared === '' || (declared.startsWith('image/') && detected !== null) ? detected : declared;
}
