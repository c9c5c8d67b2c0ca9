/** Routers that call routers, over real HTTP: a circle ends after a few calls, a chain works. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post } from './harness.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';

/** Stands before the router, so that its own address is known when it starts; counts what it passes on. */
let mirror: OwnUpstream;
let host: OwnUpstream;
let circle: ServingOperation;
let chain: ServingOperation;
let calls = 0;
let marks: unknown[] = [];

beforeAll(async () => {
  mirror = await listen((incoming, response) => {
    calls++;
    void bodyOf(incoming).then(async (body) => {
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter(([name]) => /^(content-type|cdn-loop|x-tributary)/.test(name)),
      );
      const answer = await fetch(circle.url + (incoming.url ?? ''), { method: 'POST', headers: headers as Record<string, string>, body });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(await answer.text());
    });
  });
  host = await listen((incoming, response) => {
    marks.push(incoming.headers['cdn-loop'], incoming.headers['x-tributary-loop']);
    response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
  });
  circle = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    OPENROUTER_BASE_URL: `${mirror.url}/api/v1`,
    DEEPINFRA_BASE_URL: `${mirror.url}/v1`,
    VLLM_BASE_URL: host.url,
  });
  chain = await serveRouter({ ALLOW_ANONYMOUS: 'true', OPENROUTER_BASE_URL: `${circle.url}/api/v1` });
});
afterAll(async () => {
  for (const served of [circle, chain]) await served.stop();
  await mirror.stop();
  await host.stop();
});
beforeEach(() => {
  [calls, marks] = [0, []];
});

const MODEL = 'openai/gpt-oss-120b'; // both providers that lead back offer it under this name

describe('a router whose base URL is its own address', () => {
  it.each([
    ['chat', '/v1/chat/completions', hello({ model: `@openrouter/${MODEL}` })],
    ['a stream', '/v1/chat/completions', hello({ model: `@openrouter/${MODEL}`, stream: true })],
    ['several models', '/v1/chat/completions', hello({ models: [`@openrouter/${MODEL}`, MODEL], model: undefined })],
    ['completions', '/api/v1/completions', { model: `@openrouter/${MODEL}`, prompt: 'x' }],
  ])('ends %s after four calls with a 508 that is not retried and names the variable', async (_, path, body) => {
    const response = await post(circle.url + path, body);
    expect(response.status).toBe(508);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const { message, metadata } = await errorOf(response);
    expect(metadata).toMatchObject({ error_type: 'loop_detected', retryable: false });
    expect(message).toMatch(/OPENROUTER_BASE_URL|DEEPINFRA_BASE_URL/);
    expect(calls).toBe(4);
  });

  it('passes an embeddings 508 of the next router on, without another call', async () => {
    const three = { 'cdn-loop': 'tributary, tributary, tributary' };
    const response = await post(`${circle.url}/v1/embeddings`, { model: '@deepinfra/BAAI/bge-m3', input: 'x' }, three);
    expect(response.status).toBe(508);
    expect((await errorOf(response)).message).toContain('DEEPINFRA_BASE_URL');
    expect(calls).toBe(1);
  });

  it('makes no more calls for an answer of several calls, and keeps serving', async () => {
    const response = await post(`${circle.url}/v1/chat/completions`, hello({ model: `@openrouter/${MODEL}`, n: 4 }));
    await response.text();
    expect(calls).toBeLessThanOrEqual(16);
    const after = await post(`${circle.url}/v1/chat/completions`, hello({ model: '@vllm/fine', stream: true }));
    expectWhole(readStream(await after.text()));
  });
});

describe('two routers in a chain', () => {
  it('answer, and the provider receives a mark of each', async () => {
    const response = await post(`${chain.url}/v1/chat/completions`, hello({ model: '@openrouter/@vllm/fine', stream: true }));
    expectWhole(readStream(await response.text()));
    const list = 'tributary; via=openrouter, tributary; via=vllm';
    expect(marks).toEqual([list, list]);
  });
});

describe('loop marks of a client', () => {
  const ask = (headers: Record<string, string>) =>
    post(`${circle.url}/v1/chat/completions`, hello({ model: '@vllm/fine', stream: true }), headers);

  it('of other routers are not sent upstream', async () => {
    await (await ask({ 'cdn-loop': 'cloudflare; loops=99, fastly', via: '1.1 x' })).text();
    expect(marks).toEqual(['tributary; via=vllm', 'tributary; via=vllm']);
  });

  it('of this router are accepted up to three and refused beyond', async () => {
    await (await ask({ 'cdn-loop': 'tributary, tributary, tributary' })).text();
    expect(marks[0]).toBe('tributary, tributary, tributary, tributary; via=vllm');
    for (const count of [4, 900]) {
      const many = Array.from({ length: count }, () => 'tributary').join();
      for (const path of ['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/explain', '/api/v1/chat/completions']) {
        const response = await post(circle.url + path, hello({ model: '@vllm/fine' }), { 'x-tributary-loop': many });
        expect(await errorOf(response)).toMatchObject({ code: 508, message: expect.stringContaining('<PROVIDER>_BASE_URL') });
      }
    }
    expect(marks).toHaveLength(2);
  });
});
