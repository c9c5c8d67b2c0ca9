/**
 * Bytes of an AWS event stream to the JSON of its frames: length prefix, prelude CRC, headers, payload, message CRC
 * (https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-20). Each byte is copied once, into the frame it belongs to, however
 * the bytes are cut. Knows no dialect.
 */
import { RouterError } from '../../unified/error.ts';
import { eventTooLarge } from './event-too-large.ts';
import type { Framer } from './framer.ts';

/** Total length, length of the headers, CRC32 of these two. */
const PRELUDE_BYTES = 12;

/** The prelude and the CRC32 at the end: a frame without headers and payload. */
const MIN_FRAME_BYTES = PRELUDE_BYTES + 4;

/** Lengths of header values by their type; the two types left out say their length themselves. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const [BYTES_VALUE, STRING_VALUE] = [6, 7];

/**
 * Payloads are `{"<event type>": <payload>}`, under the exception's type where a frame is one, and `{"error": {code, message}}` for
 * an error that has no payload. A payload that is no JSON is passed on as it is, for the decoder to report.
 *
 * @param maxFrameBytes the largest single frame.
 */
export function createAwsEventStreamFramer(maxFrameBytes: number, variable?: string): Framer {
  const prelude = new Uint8Array(PRELUDE_BYTES);
  let frame: Uint8Array | null = null;
  let filled = 0;

  function push(bytes: Uint8Array): string[] {
    const payloads: string[] = [];
    for (let position = 0; position < bytes.length;) {
      const target: Uint8Array = frame ?? prelude;
      const piece = bytes.subarray(position, position + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      position += piece.length;
      if (filled < target.length) break;
      if (frame === null) {
        frame = openFrame(prelude, maxFrameBytes, variable);
      } else {
        payloads.push(readFrame(frame));
        frame = null;
        filled = 0;
      }
    }
    return payloads;
  }

  // Half a frame left over is nothing: the answer then lacks its finish, and that is an error.
  return { push, end: () => [] };
}

/** Room for the frame that this prelude announces. */
function openFrame(prelude: Uint8Array, maxFrameBytes: number, variable?: string): Uint8Array {
  const view = viewOf(prelude);
  const [totalBytes, headerBytes] = [view.getUint32(0), view.getUint32(4)];
  if (crc32(prelude.subarray(0, 8)) !== view.getUint32(8)) throw damaged('the checksum of its lengths is wrong');
  if (totalBytes < MIN_FRAME_BYTES || headerBytes > totalBytes - MIN_FRAME_BYTES) throw damaged('its lengths are impossible');
  if (totalBytes > maxFrameBytes) throw eventTooLarge(maxFrameBytes, 'bytes', variable);
  const frame = new Uint8Array(totalBytes);
  frame.set(prelude);
  return frame;
}

function readFrame(frame: Uint8Array): string {
  const view = viewOf(frame);
  const end = frame.length - 4;
  if (crc32(frame.subarray(0, end)) !== view.getUint32(end)) throw damaged('its checksum is wrong');
  const payloadStart = PRELUDE_BYTES + view.getUint32(4);
  const headers = readHeaders(frame.subarray(PRELUDE_BYTES, payloadStart));
  const payload = new TextDecoder().decode(frame.subarray(payloadStart, end));
  const kind = headers.get(':message-type');
  if (kind === 'error') {
    return JSON.stringify({ error: { code: headers.get(':error-code'), message: headers.get(':error-message') } });
  }
  const name = headers.get(kind === 'exception' ? ':exception-type' : ':event-type') ?? '';
  return `{${JSON.stringify(name)}:${payload.trim() === '' ? '{}' : payload}}`;
}

/** The headers that are strings; all that matter are. */
function readHeaders(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>();
  const view = viewOf(bytes);
  const text = new TextDecoder();
  let position = 0;

  /** Steps over what comes next, and says where it began. */
  function take(length: number): number {
    const start = position;
    position += length;
    if (position > bytes.length) throw damaged('its headers are cut off');
    return start;
  }

  while (position < bytes.length) {
    const nameLength = view.getUint8(take(1));
    const nameStart = take(nameLength);
    const type = view.getUint8(take(1));
    const valueLength = type === BYTES_VALUE || type === STRING_VALUE ? view.getUint16(take(2)) : VALUE_BYTES[type];
    if (valueLength === undefined) throw damaged(`its headers hold a value of type ${type}`);
    const valueStart = take(valueLength);
    if (type !== STRING_VALUE) continue;
    headers.set(text.decode(bytes.subarray(nameStart, nameStart + nameLength)), text.decode(bytes.subarray(valueStart, position)));
  }
  return headers;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const damaged = (how: string) => new RouterError('provider_unavailable', `the upstream sent a damaged event: ${how}`);

/** Made at the first use: most of what runs never sees a frame. */
let table: Uint32Array | null = null;

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
}

/** CRC32 as of gzip and Ethernet. */
function crc32(bytes: Uint8Array): number {
  table ??= createTable();
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
