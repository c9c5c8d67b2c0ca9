/** Decompresses request bodies (`content-encoding`; RFC 9110, 8.4.1). The reader of the result bounds its size, as for any body. */
import { RouterError } from '../unified/error.ts';

/** Encodings that are read, and their names for the runtime. */
const ENCODINGS: Readonly<Record<string, 'gzip' | 'deflate'>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/** The decompressed bytes of a body. @throws RouterError `invalid_request` for an encoding that is not read. */
export function unpacked({ headers, body }: Request): ReadableStream<Uint8Array> | null {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return body;
  const format = Object.hasOwn(ENCODINGS, encoding) ? ENCODINGS[encoding] : undefined;
  if (format === undefined) {
    const message = `content-encoding: this router reads bodies in gzip and deflate, or as they are, not ${JSON.stringify(encoding.slice(0, 40))}.`;
    throw new RouterError('invalid_request', message, { param: 'content-encoding' });
  }
  return body?.pipeThrough<Uint8Array>(new DecompressionStream(format)) ?? null;
}
