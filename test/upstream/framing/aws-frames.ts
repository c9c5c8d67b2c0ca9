/** Writes AWS event-stream frames, for tests: the other direction of `src/upstream/framing/aws-event-stream.ts`, written apart from it. */
import { crc32 } from 'node:zlib';

/** One header; a string unless it says its type and the bytes of its value. */
export type FrameHeader = { name: string; value: string } | { name: string; type: number; bytes: readonly number[] };

const utf8 = new TextEncoder();

/** Types whose values say their length. */
const SAYS_LENGTH = new Set([6, 7]);

function headerBytes(header: FrameHeader): number[] {
  const name = [...utf8.encode(header.name)];
  const [type, value] = 'value' in header ? [7, [...utf8.encode(header.value)]] : [header.type, [...header.bytes]];
  return [name.length, ...name, type, ...(SAYS_LENGTH.has(type) ? [value.length >> 8, value.length & 0xff] : []), ...value];
}

/** A frame with these headers. The checksums are right. */
export function frameOf(headers: readonly FrameHeader[], payload: string | Uint8Array): Uint8Array {
  const head = headers.flatMap(headerBytes);
  const body = typeof payload === 'string' ? utf8.encode(payload) : payload;
  const frame = new Uint8Array(16 + head.length + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length);
  view.setUint32(4, head.length);
  view.setUint32(8, crc32(frame.subarray(0, 8)));
  frame.set(head, 12);
  frame.set(body, 12 + head.length);
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)));
  return frame;
}

/** An event, or an exception: what Bedrock sends, headers included. */
export function eventFrame(type: string, payload: unknown, kind: 'event' | 'exception' = 'event'): Uint8Array {
  return frameOf(
    [
      { name: `:${kind}-type`, value: type },
      { name: ':content-type', value: 'application/json' },
      { name: ':message-type', value: kind },
    ],
    typeof payload === 'string' ? payload : JSON.stringify(payload),
  );
}
