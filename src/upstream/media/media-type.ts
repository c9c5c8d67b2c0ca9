/**
 * Which kinds of files are fetched for a client, and how a file is recognised whose host does not say what it is. What a model can do
 * with a file is the dialect's business.
 */
import { typeOfHead } from '../../unified/request/media-type.ts';

/** Kinds that some model reads. No SVG and no HTML: no model accepts them, and a page in place of a file is a failure, not a file. */
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

/** Words of hosts that do not know what they serve. */
const VAGUE = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/binary']);

/** What a `content-type` header says: the type alone, in lower case; null for a kind that is not fetched, '' when it says nothing. */
export function declaredType(header: string | null): string | null {
  const type = (header?.split(';')[0] ?? '').trim().toLowerCase();
  if (VAGUE.has(type)) return '';
  if (type === 'image/jpg') return 'image/jpeg';
  return ACCEPTED.has(type) || /^audio\/[a-z0-9.+-]+$/.test(type) ? type : null;
}

/**
 * What a file is: what its bytes say where its host says nothing, or says that it is an image (hosts that convert images often name the
 * old kind, and some models refuse an image under a wrong name). Null when nobody says.
 */
export function typeOf(declared: string, bytes: Uint8Array): string | null {
  const found = typeOfHead(String.fromCharCode(...bytes.subarray(0, 16)));
  const seen = found !== null && /^(image|application)\//.test(found) ? found : null;
  return declared === '' || (declared.startsWith('image/') && seen !== null) ? seen : declared;
}
