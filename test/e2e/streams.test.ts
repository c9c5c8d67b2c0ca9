/** Resumable streams in real objects: clients that leave in the middle and come back, readers, cancelling, joining. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, post, until } from './harness.ts';

/** A call that reached the upstream. The test writes its answer. */
type UpstreamCall = { response: ServerResponse; body: string; isClosed: boolean };

let upstream: OwnUpstream;
let router: ServingOperation;
const calls: UpstreamCall[] = [];

beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    const call = { response, body: await bodyOf(request), isClosed: false };
    response.on('close', () => (call.isClosed = true));
    calls.push(call);
  });
  router = await serveRouter(
    { ALLOW_ANONYMOUS: 'true', GROQ_BASE_URL: upstream.url, GROQ_API_KEY: 'k', JOIN_WRITES_MS: '0' },
    { objects: OBJECTS },
  );
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});
beforeEach(() => void (calls.length = 0));

const RESUME = { 'x-tributary-resume': 'true' };
const request = (fields: object = {}) => hello({ model: '@groq/m', stream: true, ...fields });
const upstreamCall = () => until('the call upstream', () => calls.at(-1));

/** Reads a stream until its text matches, then leaves. */
async function readUntil(response: Response, pattern: RegExp): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const reader = response.body?.getReader();
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done || value === undefined) break;
    pieces.push(value);
    if (pattern.test(Buffer.concat(pieces).toString())) break;
  }
  await reader?.cancel();
  return Buffer.concat(pieces);
}

const textOf = async (response: Response) => Buffer.from(await response.arrayBuffer()).toString();
const idsOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('a stream with x-tributary-resume', () => {
  it('goes on without its client, which gets the rest by GET /streams/{id}', async () => {
    const opened = post(`${router.url}/v1/chat/completions`, request(), RESUME);
    const call = await upstreamCall();
    call.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Hällo '));
    const response = await opened;
    expect(response.status).toBe(200);
    const stream = response.headers.get('x-tributary-stream') ?? '';
    expect(stream).toBe(`/v1/streams/${response.headers.get('x-generation-id')}`);
    const first = (await readUntil(response, /Hällo/)).toString();
    const seen = idsOf(first);
    expect(seen[0]).toBe(0);
    call.response.write(contentFrame('日本語'));
    call.response.end(ENDING);
    const rest = await textOf(await fetch(router.url + stream, { headers: { 'last-event-id': String(seen.at(-1)) } }));
    const whole = await textOf(await fetch(router.url + stream));
    expect(first + rest).toBe(whole);
    expect(idsOf(whole)).toEqual(idsOf(whole).map((_, index) => index));
    expect(whole).toContain('日本語');
    expect(whole).toMatch(/data: \[DONE\]\n\n$/);
    expect(calls.length).toBe(1);
  });
});
