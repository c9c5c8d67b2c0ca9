/** Headers of image files, for tests: as much of a file as states its size. */

/** PNG: the signature and the chunk IHDR. */
export function png(width: number, height: number): Buffer {
  const file = Buffer.alloc(33);
  file.write('\x89PNG\r\n\x1a\n', 'latin1');
  file.writeUInt32BE(13, 8);
  file.write('IHDR', 12, 'latin1');
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return file;
}

/** GIF: the logical screen. */
export function gif(width: number, height: number): Buffer {
  const file = Buffer.alloc(13);
  file.write('GIF89a', 'latin1');
  file.writeUInt16LE(width, 6);
  file.writeUInt16LE(height, 8);
  return file;
}

/** JPEG: an APP1 segment of so many bytes, a table, and the frame behind so many fill bytes. */
export function jpeg(width: number, height: number, thumbnailBytes = 20, fillBytes = 0): Buffer {
  const segment = (marker: number, content: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(content.length + 2, 2);
    return Buffer.concat([head, content]);
  };
  const frame = Buffer.alloc(15);
  frame.writeUInt8(8, 0);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.alloc(thumbnailBytes, 0xc0)),
    segment(0xc4, Buffer.alloc(30)),
    Buffer.alloc(fillBytes, 0xff),
    segment(0xc2, frame),
    Buffer.alloc(20),
  ]);
}

function riff(chunk: string, content: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.write('RIFF', 'latin1');
  head.write(`WEBP${chunk}`, 8, 'latin1');
  return Buffer.concat([head, content, Buffer.alloc(4)]);
}

/** WebP in its three forms. */
export const webp = {
  lossy(width: number, height: number): Buffer {
    const content = Buffer.alloc(10);
    content.writeUInt16LE(width, 6);
    content.writeUInt16LE(height, 8);
    return riff('VP8 ', content);
  },
  lossless(width: number, height: number): Buffer {
    const content = Buffer.alloc(10);
    content.writeUInt8(0x2f, 0);
    content.writeUInt32LE((width - 1 + (height - 1) * 2 ** 14) >>> 0, 1);
    return riff('VP8L', content);
  },
  extended(width: number, height: number): Buffer {
    const content = Buffer.alloc(10);
    content.writeUIntLE(width - 1, 4, 3);
    content.writeUIntLE(height - 1, 7, 3);
    return riff('VP8X', content);
  },
};
