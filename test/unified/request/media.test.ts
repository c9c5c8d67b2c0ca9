/** Files inside messages. */
import { describe, expect, it } from 'vitest';
import { findUrls, replaceUrls } from '../../../src/dialects/openai-common/client/message-urls.ts';
import { readSource } from '../../../src/unified/request/media.ts';
import type { Message } from '../../../src/unified/request/message.ts';

const image = (url: string) => ({ type: 'image_url', image_url: { url, detail: 'low' } });
const messages = [
  { role: 'user', content: 'no parts' },
  {
    role: 'user',
    content: [{ type: 'text', text: 'https://no.example' }, image('https://a.example/1.png'), image('data:image/png;base64,AA')],
  },
  {
    role: 'user',
    content: [
      { type: 'image_url', image_url: 'https://a.example/2.png' },
      { type: 'file', file: { file_data: 'https://a.example/3.pdf' } },
    ],
  },
] as Message[];

describe('findUrls', () => {
  it('returns the URLs of files with their paths', () => {
    expect(findUrls(messages)).toEqual([
      { url: 'https://a.example/1.png', path: 'messages[1].content[1]' },
      { url: 'https://a.example/2.png', path: 'messages[2].content[0]' },
      { url: 'https://a.example/3.pdf', path: 'messages[2].content[1]' },
    ]);
  });

  it('ignores data URIs, names and other parts', () => {
    const parts = [image('DATA:image/png;base64,AA'), image('picture.png'), { type: 'text', text: 'x' }, { type: 'constructor' }];
    expect(findUrls([{ role: 'user', content: parts }] as Message[])).toEqual([]);
  });

  it('replaceUrls replaces only the given URLs', () => {
    const replaced = replaceUrls(
      messages,
      new Map([
        ['https://a.example/1.png', 'data:image/png;base64,BB'],
        ['https://a.example/2.png', 'data:image/png;base64,CC'],
      ]),
    );
    expect(replaced[0]).toBe(messages[0]);
    expect(replaced[1]?.content).toEqual([
      { type: 'text', text: 'https://no.example' },
      image('data:image/png;base64,BB'),
      image('data:image/png;base64,AA'),
    ]);
    expect(replaced[2]?.content).toEqual([
      { type: 'image_url', image_url: 'data:image/png;base64,CC' },
      { type: 'file', file: { file_data: 'https://a.example/3.pdf' } },
    ]);
  });
});

it('readSource reads a data URI without a type as bytes of unknown type', () => {
  expect(readSource('data:;base64,AA', 'x')).toEqual({ kind: 'bytes', mediaType: 'application/octet-stream', base64: 'AA' });
});
