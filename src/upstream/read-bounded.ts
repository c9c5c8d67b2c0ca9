/** Reads a whole body as text, and stops at a limit: no provider and no client may fill our memory. */
import { RouterError } from '../unified/error.ts';

/** What has a body: a request or a response. */
type WithBody = { body: ReadableStream<Uint8Array> | null; headers?: Headers; text?(): Promise<string> };

/**
 * The body as text.
 *
 * @throws RouterError `payload_too_large` when it has more than `maxBytes`; the rest is not read.
 */
export async function readBounded(message: WithBody, maxBytes: number): Promise<string> {
  // Where the length is known to be within the limit the runtime reads it by itself: pieces that pass through here cost a hundred times more.
  if (message.text !== undefined && statedBytes(message.headers) <= maxBytes) return message.text();
  const { body } = message;
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

/** How long a body says it is; the runtime reads no more than that. Infinity where it does not say, or is packed and will grow. */
export function statedBytes(headers: Headers | undefined): number {
  const length = headers?.get('content-length') ?? null;
  return length === null || headers?.has('content-encoding') === true || !/^\d+$/.test(length) ? Infinity : Number(length);
}
