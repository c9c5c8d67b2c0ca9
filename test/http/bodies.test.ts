/** Bodies in and errors out. */
import { describe, expect, it } from 'vitest';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import * as responses from '../../src/http/error-response.ts';
import { readJson } from '../../src/http/read-json.ts';
import { RouterError } from '../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../src/unified/error-type.ts';

const errorResponse = (error: RouterError) => responses.errorResponse(error, openaiChatClient, 'gen-1');

describe('an error as a response', () => {
  it.each(Object.keys(ERROR_TYPES) as ErrorType[])('%s tells a retry loop what to do, in a way that is true', async (type) => {
    const error = new RouterError(type, 'why');
    const response = errorResponse(error);
    expect(response.status).toBe(ERROR_TYPES[type].status);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('x-should-retry')).toBe(error.retryable ? null : 'false');
    expect(response.headers.get('retry-after')).toBe(error.retryable ? '1' : null);
    expect(await response.json()).toMatchObject({
      error: { code: response.status, type, message: 'why', metadata: { retryable: error.retryable } },
    });
  });

  it('passes on the seconds an upstream asked for', () => {
    expect(errorResponse(new RouterError('rate_limit_exceeded', 'why', { retryAfterSeconds: 30 })).headers.get('retry-after')).toBe('30');
  });

  it('does not advise to come back where that is no use', () => {
    const response = errorResponse(new RouterError('provider_unavailable', 'why', { retryable: false, retryAfterSeconds: 30 }));
    expect([response.headers.get('retry-after'), response.headers.get('x-should-retry')]).toEqual([null, 'false']);
  });

  it('carries what the answer would have said of itself', () => {
    const response = errorResponse(new RouterError('timeout', 'why', { headers: { 'x-tributary-provider': 'novita' } }));
    expect(response.headers.get('x-tributary-provider')).toBe('novita');
  });
});

describe('a body as JSON', () => {
  const read = (body: BodyInit | null, maxBytes = 100, headers: Record<string, string> = {}) =>
    readJson(new Request('http://router.example', { method: 'POST', body, headers, duplex: 'half' } as RequestInit), maxBytes);
  const streamOf = (...pieces: string[]) => {
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece));
        controller.close();
      },
    });
  };

  it('is read, whole or in pieces, also where a character is cut in two', async () => {
    expect(await read('{"a": [1]}')).toEqual({ a: [1] });
    expect(await read(streamOf('{"a"', ': 1}'))).toEqual({ a: 1 });
    const bytes = new TextEncoder().encode('"ü"');
    const cut = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 2));
        controller.enqueue(bytes.slice(2));
        controller.close();
      },
    });
    expect(await read(cut)).toBe('ü');
  });

  it('may have as many bytes as the limit', async () => {
    expect(await read(`"${'x'.repeat(98)}"`)).toBe('x'.repeat(98));
  });

  const tooLarge = expect.objectContaining({
    type: 'payload_too_large',
    status: 413,
    message: expect.stringMatching(/more than 100 bytes.*MAX_REQUEST_BYTES/),
  });

  it('is refused above it by its content-length, unread', async () => {
    await expect(read('1', 100, { 'content-length': '101' })).rejects.toEqual(tooLarge);
  });

  it('is refused above it without a content-length, and the rest is not read', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(40).fill(0x20));
      },
    });
    await expect(read(endless)).rejects.toEqual(tooLarge);
    expect(pulled).toBeLessThan(10);
  });

  it("is refused as the client's fault where it breaks off or its chunks are none of HTTP", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('invalid chunk size')) });
    await expect(read(broken)).rejects.toEqual(
      expect.objectContaining({
        type: 'invalid_request',
        status: 400,
        message: 'The request body could not be read to its end: invalid chunk size',
      }),
    );
  });

  it('is refused by its counts before it is parsed', async () => {
    await expect(read(`{"x":${'['.repeat(5000)}`, 10_000)).rejects.toEqual(
      expect.objectContaining({ status: 400, details: { param: 'x' } }),
    );
  });

  it('is counted in bytes, not in characters', async () => {
    await expect(read(streamOf(`"${'ü'.repeat(60)}"`))).rejects.toEqual(tooLarge);
  });

  it.each<readonly [string | null, string]>([
    [null, 'The request body is empty; expected a JSON object.'],
    ['', 'The request body is empty'],
    [' \n', 'The request body is empty'],
    ['{"a": }', 'The request body is not valid JSON: '],
    ['{', 'The request body is not valid JSON: '],
  ])('is refused when it is %j', async (body, message) => {
    await expect(read(body)).rejects.toEqual(
      expect.objectContaining({ type: 'invalid_request', status: 400, message: expect.stringContaining(message) }),
    );
  });
});
