/**
 * Splits the bytes of an AWS event stream into frames: length prefix, prelude CRC, headers, payload, message CRC
 * (https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-20). Returns their JSON. Each byte is copied once, into its frame,
 * however the bytes are cut.
 */
import { RouterError } from '../../unified/error.ts';
import { eventTooLarge } from './event-too-large.ts';
import type { Framer } from './framer.ts';

/** Total length, headers length, CRC32 of both. */
const PRELUDE_BYTES = 12;

/** Prelude and final CRC32: a frame without headers and payload. */
const MIN_FRAME_BYTES = PRELUDE_BYTES + 4;

/** Lengths of header values by type. Types 6 and 7 carry their own length. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const [BYTES_VALUE, STRING_VALUE] = [6, 7];

/**
 * Creates a framer. A payload is `{"<event type>": <payload>}`; for an exception, its type is the key. An error without a payload is
 * `{"error": {code, message}}`. A payload that is not JSON is passed on unchanged; the decoder reports it.
 *
 * @param maxFrameBytes size limit of a single frame.
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

  // An incomplete frame at the end is dropped. The answer then lacks its finish, which is an error.
  return { push, end: () => [] };
}

/** Allocates the frame that a prelude announces. */
function openFrame(prelude: Uint8Array, maxFrameBytes: number, variable?: string): Uint8Array {
  const view = viewOf(prelude);
  const [totalBytes, headerBytes] = [view.getUint32(0), view.getUint32(4)];
  if (crc32(prelude.subarray(0, 8)) !== view.getUint32(8)) throw createDamagedError('the checksum of its lengths is wrong');
  if (totalBytes < MIN_FRAME_BYTES || headerBytes > totalBytes - MIN_FRAME_BYTES) throw createDamagedError('its lengths are impossible');
  if (totalBytes > maxFrameBytes) throw eventTooLarge(maxFrameBytes, 'bytes', variable);
  const frame = new Uint8Array(totalBytes);
  frame.set(prelude);
  return frame;
}

function readFrame(frame: Uint8Array): string {
  const view = viewOf(frame);
  const end = frame.length - 4;
  if (crc32(frame.subarray(0, end)) !== view.getUint32(end)) throw createDamagedError('its checksum is wrong');
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

/** Reads the headers with string values. No other type is used. */
function readHeaders(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>();
  const view = viewOf(bytes);
  const text = new TextDecoder();
  let position = 0;

  /** Advances the position and returns the old one. */
  function take(length: number): number {
    const start = position;
    position += length;
    if (position > bytes.length) throw createDamagedError('its headers are cut off');
    return start;
  }

  while (position < bytes.length) {
    const nameLength = view.getUint8(take(1));
    const nameStart = take(nameLength);
    const type = view.getUint8(take(1));
    const valueLength = type === BYTES_VALUE || type === STRING_VALUE ? view.getUint16(take(2)) : VALUE_BYTES[type];
    if (valueLength === undefined) throw createDamagedError(`its headers hold a value of type ${type}`);
    const valueStart = take(valueLength);
    if (type !== STRING_VALUE) continue;
    headers.set(text.decode(bytes.subarray(nameStart, nameStart + nameLength)), text.decode(bytes.subarray(valueStart, position)));
  }
  return headers;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const createDamagedError = (how: string) => new RouterError('provider_unavailable', `the upstream sent a damaged event: ${how}`);

/** Created on first use: most isolates never read a frame. */
let table: Uint32Array | null = null;

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
}

/** Computes the CRC32 used by gzip and Ethernet. */
function crc32(bytes: Uint8Array): number {
  table ??= createTable();
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
