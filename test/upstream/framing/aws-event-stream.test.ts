import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RouterError } from '../../../src/unified/error.ts';
import { createAwsEventStreamFramer } from '../../../src/upstream/framing/aws-event-stream.ts';
import { cutInTwo, piecesOf } from '../../dialects/replay.ts';
import { eventFrame, frameOf, type FrameHeader } from './aws-frames.ts';

const CAP = 1_000_000;

function payloadsOf(pieces: Iterable<Uint8Array>, maxFrameBytes = CAP): string[] {
  const framer = createAwsEventStreamFramer(maxFrameBytes);
  const payloads: string[] = [];
  for (const piece of pieces) payloads.push(...framer.push(piece));
  return [...payloads, ...framer.end()];
}

const joined = (frames: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(frames));
const parsed = (frames: readonly Uint8Array[]) => payloadsOf([joined(frames)]).map((payload) => JSON.parse(payload) as unknown);

describe('createAwsEventStreamFramer', () => {
  it('reads frames of another implementation', () => {
    // The empty message of AWS's own test vectors: total length 16, no headers, no payload.
    const empty = Uint8Array.from(Buffer.from('000000100000000005c248eb7d98c8ff', 'hex'));
    expect(payloadsOf([empty])).toEqual(['{"":{}}']);
  });

  it('returns the payload of an event under its type', () => {
    expect(parsed([eventFrame('messageStop', { stopReason: 'end_turn', p: 'abc' })])).toEqual([
      { messageStop: { stopReason: 'end_turn', p: 'abc' } },
    ]);
  });

  it('returns the payload of an exception under its type', () => {
    expect(parsed([eventFrame('throttlingException', { message: 'slow down' }, 'exception')])).toEqual([
      { throttlingException: { message: 'slow down' } },
    ]);
  });

  it('returns the headers of an error without a payload', () => {
    const headers = [
      { name: ':message-type', value: 'error' },
      { name: ':error-code', value: 'InternalError' },
      { name: ':error-message', value: 'Überlast "jetzt"' },
    ];
    expect(parsed([frameOf(headers, '')])).toEqual([{ error: { code: 'InternalError', message: 'Überlast "jetzt"' } }]);
  });

  it('returns an empty object for a frame without a payload', () => {
    expect(parsed([eventFrame('initial-response', '')])).toEqual([{ 'initial-response': {} }]);
  });

  it('passes on a payload that is not JSON', () => {
    const [payload] = payloadsOf([eventFrame('messageStart', '<html>')]);
    expect(payload).toContain('<html>');
    expect(() => JSON.parse(payload ?? '')).toThrow(SyntaxError);
  });

  it('accepts headers of every type, and reads only strings', () => {
    const values: readonly (readonly [number, number])[] = [
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 4],
      [5, 8],
      [6, 3],
      [8, 8],
      [9, 16],
    ];
    const odd: FrameHeader[] = values.map(([type, length]) => ({ name: `h${type}`, type, bytes: Array.from({ length }, () => 7) }));
    const headers = [...odd, { name: ':message-type', value: 'event' }, { name: ':event-type', value: 'metadata' }];
    expect(parsed([frameOf(headers, '{"a":1}')])).toEqual([{ metadata: { a: 1 } }]);
  });

  it('drops an incomplete frame at the end', () => {
    const bytes = joined([eventFrame('messageStart', { role: 'assistant' }), eventFrame('messageStop', {})]);
    expect(payloadsOf([bytes.subarray(0, bytes.length - 1)])).toHaveLength(1);
    expect(payloadsOf([bytes.subarray(0, 5)])).toEqual([]);
  });
});

describe('createAwsEventStreamFramer with a damaged frame', () => {
  const refusal = (bytes: Uint8Array, cap = CAP) => {
    try {
      payloadsOf([bytes], cap);
    } catch (thrown) {
      if (thrown instanceof RouterError) return `${thrown.type}: ${thrown.message}`;
      throw thrown;
    }
    return 'none';
  };
  /** A prelude with these lengths and the right checksum. */
  const prelude = (total: number, headers: number) => {
    const frame = frameOf([], '');
    const view = new DataView(frame.buffer);
    view.setUint32(0, total);
    view.setUint32(4, headers);
    view.setUint32(8, crc32(frame.subarray(0, 8)));
    return frame.subarray(0, 12);
  };

  it.each([
    ['shorter than a frame can be', prelude(15, 0)],
    ['of no length', prelude(0, 0)],
    ['with more headers than there is room for', prelude(40, 25)],
  ])('rejects %s before keeping any of it', (_, bytes) => {
    expect(refusal(bytes)).toBe('provider_unavailable: the upstream sent a damaged event: its lengths are impossible');
  });

  it('rejects a frame above the limit by its length', () => {
    expect(refusal(prelude(1001, 0), 1000)).toBe('provider_unavailable: the upstream sent an event of more than 1000 bytes');
    expect(refusal(prelude(0xffffffff, 0), 1000)).toContain('more than 1000 bytes');
    expect(refusal(prelude(1000, 0), 1000)).toBe('none');
  });

  it('checks the checksum of the lengths and that of the frame', () => {
    const flip = (position: number) => {
      const frame = eventFrame('messageStop', { stopReason: 'end_turn' });
      frame[position] = (frame[position] ?? 0) ^ 1;
      return refusal(frame);
    };
    expect(flip(0)).toContain('the checksum of its lengths is wrong');
    expect(flip(40)).toContain('its checksum is wrong');
  });

  it('rejects broken headers with valid checksums', () => {
    const broken = (bytes: number[]) => {
      const frame = frameOf([{ name: 'x', type: 6, bytes: bytes.map(() => 0) }], '{}');
      frame.set(bytes, 12);
      new DataView(frame.buffer).setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)));
      return refusal(frame);
    };
    expect(broken([200, 1, 2, 3])).toContain('its headers are cut off');
    expect(broken([1, 120, 7, 255, 255])).toContain('its headers are cut off');
    expect(broken([1, 120, 10, 0])).toContain('its headers hold a value of type 10');
  });

  it('rejects a frame with any byte changed', () => {
    const bytes = joined([eventFrame('contentBlockDelta', { delta: { text: 'Fluß' } }), eventFrame('messageStop', {})]);
    for (let position = 0; position < bytes.length; position++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const damaged = Uint8Array.from(bytes);
        damaged[position] = (damaged[position] ?? 0) ^ mask;
        expect(refusal(damaged)).toContain('damaged event');
      }
    }
  });
});

describe('createAwsEventStreamFramer with several frames', () => {
  const event = fc.record({ type: fc.string({ minLength: 1, maxLength: 20 }), payload: fc.dictionary(fc.string(), fc.jsonValue()) });

  it('returns the same payloads however they are cut', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), fc.array(fc.nat({ max: 4000 })), (events, cuts) => {
        const bytes = joined(events.map(({ type, payload }) => eventFrame(type, payload)));
        const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length])].toSorted((a, b) => a - b);
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        const read = payloadsOf(pieces).map((payload) => JSON.parse(payload) as unknown);
        expect(read).toEqual(events.map(({ type, payload }) => JSON.parse(JSON.stringify({ [type]: payload })) as unknown));
      }),
    );
  });

  it('throws for any changed byte, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 70 }),
        (events, place, mask, size) => {
          const bytes = joined(events.map(({ type, payload }) => eventFrame(type, payload)));
          const position = place % bytes.length;
          bytes[position] = (bytes[position] ?? 0) ^ mask;
          expect(() => payloadsOf(piecesOf(bytes, size))).toThrow(RouterError);
        },
      ),
    );
  });

  it('returns the same payloads cut at every byte', () => {
    const frames = [eventFrame('messageStart', { role: 'assistant' }), eventFrame('contentBlockDelta', { delta: { text: '🌊' } })];
    const whole = payloadsOf(frames);
    expect(whole).toHaveLength(2);
    for (const pieces of cutInTwo(joined(frames))) expect(payloadsOf(pieces)).toEqual(whole);
  });

  it('copies a frame of 1 MiB in reads of 1 KiB once', () => {
    const bytes = eventFrame('contentBlockDelta', { text: 'x'.repeat(1 << 20) });
    const framer = createAwsEventStreamFramer(2 << 20);
    const set = vi.spyOn(Uint8Array.prototype, 'set');
    let copied = 0;
    let payloads = 0;
    try {
      for (const piece of piecesOf(bytes, 1024)) payloads += framer.push(piece).length;
      copied = set.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    } finally {
      set.mockRestore();
    }
    expect(payloads).toBe(1);
    // Every byte once, and the prelude once more.
    expect(copied).toBe(bytes.length + 12);
  });
});
