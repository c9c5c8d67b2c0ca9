/**
 * Upstreams whose answer is broken below its text: chunks, packing, lengths. Every one is a typed error of the provider, and
 * never a bug of the router.
 */
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { contentFrame } from '../support/http-upstream.ts';
import { hello, post } from './harness.ts';

/** What the upstream writes to a socket before it closes it. */
let written: (string | Buffer)[] = [];
let host: Server;
let router: ServingOperation;

beforeAll(async () => {
  host = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      for (const piece of written) socket.write(piece);
      socket.end();
    });
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  router = await serveRouter({
    NOVITA_BASE_URL: url,
    OPENAI_BASE_URL: url,
    OPENAI_API_KEY: 'sk-0123456789',
    ALLOW_ANONYMOUS: 'true',
    MAX_ATTEMPTS: '1',
  });
});
afterAll(async () => {
  await router.stop();
  host.close();
});

const head = (more: string, status = '200 OK', type = 'application/json') =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\nconnection: close\r\n${more}\r\n\r\n`;
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const BODY = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { content: 'hello' }, finish_reason: 'stop' }],
});
const EMBEDDING = JSON.stringify({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }] });
const packed = (text: string) => gzipSync(text.padEnd(2000, ' '));
const GZIP = (bytes: Buffer) => [head(`content-encoding: gzip\r\ncontent-length: ${bytes.length}`), bytes];

/** Each breaks a whole body. */
const BROKEN: Readonly<Record<string, (text: string) => (string | Buffer)[]>> = {
  'a bad size of the first chunk': (text) => [head('transfer-encoding: chunked'), `zz\r\n${text}`],
  'a bad size of a later chunk': (text) => [head('transfer-encoding: chunked'), chunk(text.slice(0, 20)), `-5\r\n${text.slice(20)}\r\n`],
  'no last chunk': (text) => [head('transfer-encoding: chunked'), chunk(text.slice(0, 20))],
  'a body shorter than its length': (text) => [head(`content-length: ${text.length + 50}`), text.slice(0, 30)],
  'gzip that is cut off': (text) => GZIP(packed(text).subarray(0, 40)),
  'gzip that is none': (text) => GZIP(Buffer.from(text)),
  'gzip with a wrong checksum': (text) => GZIP(Buffer.concat([packed(text).subarray(0, -8), Buffer.alloc(8, 1)])),
  'gzip that is empty': () => [head('content-encoding: gzip\r\ntransfer-encoding: chunked'), '0\r\n\r\n'],
  'brotli that is none': (text) => [head(`content-encoding: br\r\ncontent-length: ${text.length}`), text],
  'a status line that is none': () => ['HELLO\r\n\r\n'],
  'no answer at all': () => [],
  'an error whose body has a bad chunk': (text) => [head('transfer-encoding: chunked', '503 No'), chunk(text), 'zz\r\n'],
  'an error whose gzip is none': (text) => [head(`content-encoding: gzip\r\ncontent-length: ${text.length}`, '503 No'), text],
  'a redirect whose body has a bad chunk': () => [head('location: /x\r\ntransfer-encoding: chunked', '302 Found'), 'zz\r\n'],
};

type ErrorResponse = { status: number; body: { error?: { type: string; message: string } } };

async function errorOf(path: string, body: unknown): Promise<ErrorResponse> {
  const response = await post(`${router.url}${path}`, body);
  return { status: response.status, body: (await response.json()) as ErrorResponse['body'] };
}

/** How an answer failed that must be an error of the provider; anything else comes out as it is. */
function kindOf({ status, body: { error } }: ErrorResponse): string {
  const isTyped =
    [502, 503].includes(status) && (error?.type ?? '').startsWith('provider_') && !/bug|TypeError|worker\.js/i.test(error?.message ?? '');
  return isTyped ? 'provider error' : JSON.stringify({ status, error });
}

describe.each(Object.keys(BROKEN))('an answer with %s', (how) => {
  it('is an error of the provider, for a body, a stream and embeddings', async () => {
    written = BROKEN[how]?.(BODY) ?? [];
    expect(kindOf(await errorOf('/v1/chat/completions', hello()))).toBe('provider error');
    expect(kindOf(await errorOf('/v1/chat/completions', hello({ stream: true })))).toBe('provider error');
    written = BROKEN[how]?.(EMBEDDING) ?? [];
    expect(kindOf(await errorOf('/v1/embeddings', { model: '@openai/text-embedding-3-small', input: 'hello' }))).toBe('provider error');
  });
});

describe('a stream that breaks after its first content', () => {
  const START = [
    head('transfer-encoding: chunked', '200 OK', 'text/event-stream'),
    chunk(contentFrame('one ')),
    chunk(contentFrame('two')),
  ];
  const packedStream = gzipSync(contentFrame('one ') + contentFrame('two').repeat(50));
  const STREAMS: Readonly<Record<string, (string | Buffer)[]>> = {
    'with a bad size of a chunk': [...START, 'zz\r\n'],
    'without a last chunk': START,
    'in the middle of its gzip': [head('content-encoding: gzip', '200 OK', 'text/event-stream'), packedStream.subarray(0, -20)],
  };
  it.each(Object.keys(STREAMS))('%s ends with an error of the provider', async (how) => {
    written = STREAMS[how] ?? [];
    const text = await (await post(`${router.url}/v1/chat/completions`, hello({ stream: true, provider: { resume: false } }))).text();
    expect(text).not.toMatch(/bug|TypeError/i);
    expect(text).toContain('"type":"provider_unavailable"');
    expect(text).not.toContain('[DONE]');
  });
});
