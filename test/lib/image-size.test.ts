/** The size of an image is read from the header of each type, however much of it is there. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageSize } from '../../src/lib/image-size.ts';
import { gif, jpeg, png, webp } from '../support/image-files.ts';

const size = fc.record({ width: fc.integer({ min: 1, max: 16_383 }), height: fc.integer({ min: 1, max: 16_383 }) });

describe('readImageSize', () => {
  it.each(Object.entries({ png, gif, jpeg, 'webp VP8 ': webp.lossy, 'webp VP8L': webp.lossless, 'webp VP8X': webp.extended }))(
    'reads any size of a %s',
    (_, make) => {
      fc.assert(
        fc.property(size, ({ width, height }) => {
          expect(readImageSize(make(width, height).toString('base64'))).toEqual({ width, height });
        }),
        { numRuns: 50 },
      );
    },
  );

  it('reads a JPEG behind a large thumbnail, with fill bytes in front of the frame', () => {
    expect(readImageSize(jpeg(640, 480, 60_000, 5).toString('base64'))).toEqual({ width: 640, height: 480 });
  });

  it('reads base64 with line breaks', () => {
    const wrapped = png(20, 30).toString('base64').replace(/.{20}/g, '$&\r\n');
    expect(readImageSize(wrapped)).toEqual({ width: 20, height: 30 });
  });

  it.each(['', 'AA', '####', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')])(
    'returns null for "%s"',
    (text) => {
      expect(readImageSize(text)).toBeNull();
    },
  );

  it('never throws, wherever a file is cut and whatever is in it', () => {
    const files = [png(9, 9), gif(9, 9), jpeg(9, 9), webp.lossy(9, 9), webp.lossless(9, 9), webp.extended(9, 9)];
    for (const file of files) {
      const cut = Array.from(file, (_, end) => readImageSize(file.subarray(0, end).toString('base64')));
      expect(cut.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => null));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const file of files) readImageSize(Buffer.concat([file.subarray(0, 4), bytes]).toString('base64'));
      }),
      { numRuns: 100 },
    );
  });
});
