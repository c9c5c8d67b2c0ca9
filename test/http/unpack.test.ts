/** Packed bodies are read like plain ones, and bounded like them. */
import { gzipSync, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { answerJson, createRequestMemory } from '../../src/http/large-body.ts';
import { unpacked } from '../../src/http/unpack.ts';
import { LIMITS } from '../support/fake-ports.ts';

const limits = { ...LIMITS, requestBytes: 1000 };
const clock = { nowMs: () => 0, schedule: () => () => undefined } as never;

/** The body as the handlers get it. */
async function read(body: Uint8Array, encoding: string): Promise<unknown> {
  const headers = { 'content-encoding': encoding, 'content-length': String(body.length) };
  const request = new Request('http://router.example', { method: 'POST', body: body as BodyInit, headers });
  let found: unknown;
  await answerJson(request, { ports: { limits }, memory: createRequestMemory(limits, clock) }, (json) => {
    found = json;
    return Promise.resolve(Response.json({}));
  });
  return found;
}

it.each([
  ['gzip', gzipSync('{"a":"ü"}')],
  ['X-GZIP', gzipSync('{"a":"ü"}')],
  ['deflate', deflateSync('{"a":"ü"}')],
  ['identity', Buffer.from('{"a":"ü"}')],
])('a body in %s is read', async (encoding, body) => {
  expect(await read(body, encoding)).toEqual({ a: 'ü' });
});

it('what comes out is bounded, however small it went in', async () => {
  await expect(read(gzipSync(`"${'x'.repeat(5000)}"`), 'gzip')).rejects.toMatchObject({ type: 'payload_too_large' });
});

it('bytes that are not packed so are a mistake of the client', async () => {
  await expect(read(Buffer.from('{"a":1}'), 'gzip')).rejects.toMatchObject({ type: 'invalid_request' });
});

it('an encoding that is not known is named', () => {
  const request = new Request('http://router.example', { method: 'POST', body: 'x', headers: { 'content-encoding': 'br' } });
  expect(() => unpacked(request)).toThrow('content-encoding: this router reads bodies in gzip and deflate, or as they are, not "br".');
});
