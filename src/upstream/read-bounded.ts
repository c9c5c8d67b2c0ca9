/** Reads a whole body as text, and stops at a limit: no host and no client may fill our memory. */
import { RouterError } from '../unified/error.ts';

/** What has a body: a request or a response. */
type WithBody = { body: ReadableStream<Uint8Array> | null };

/**
 * The body as text.
 *
 * @throws RouterError `payload_too_large` when it has more than `maxBytes`; the rest is not read.
 */
export async function readBounded({ body }: WithBody, maxBytes: number): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new RouterError('payload_too_large', `The body has more than ${maxBytes} bytes.`);
    }
    pieces.push(decoder.decode(value, { stream: true }));
  }
  pieces.push(decoder.decode());
  return pieces.join('');
}
