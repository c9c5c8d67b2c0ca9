/** Silence of an upstream: comments keep the client awake, and what comes after them comes in the stream. These tests really wait. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, post, until } from './harness.ts';
import { expectBroken, expectWhole, readStream } from '../support/read-stream.ts';

/** Responses that the upstream holds back, by the text of their request: each test answers its own when it likes. */
const held = new Map<string, ServerResponse>();
let host: OwnUpstream;
let router: ServingOperation;

beforeAll(async () => {
  host = await listen((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      held.set(messages[0]?.content ?? '', response);
    });
  });
  router = await serveRouter({ NOVITA_BASE_URL: host.url, ALLOW_ANONYMOUS: 'true', MAX_ATTEMPTS: '1' });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});

/** A stream whose upstream is in the test's hands. */
async function begin(name: string) {
  const answer = post(
    `${router.url}/v1/chat/completions`,
    hello({ stream: true, top_a: 0.5, messages: [{ role: 'user', content: name }] }),
  );
  const upstream = await until(`the call of ${name}`, () => held.get(name));
  return { answer, upstream };
}

/** Reads a body bit by bit. */
function readerOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    /** Reads until the text has this many of these. */
    async until(what: string, count: number): Promise<string> {
      while (text.split(what).length - 1 < count) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended before ${what}: ${text}`);
        text += value;
      }
      return text;
    },
    async rest(): Promise<string> {
      for (let step = await reader.read(); !step.done; step = await reader.read()) text += step.value;
      return text;
    },
  };
}

describe.concurrent('an upstream that is silent', () => {
  it('before its headers: the client gets 200 and a comment, then the answer', async () => {
    const { answer, upstream } = await begin('late headers');
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tributary-adjustments')).toBe('top_a;action=dropped;from=0.5');
    const reader = readerOf(response);
    expect(await reader.until('\n\n', 1)).toBe(': keep-alive\n\n');
    upstream.writeHead(200, STREAM_HEADERS).end(contentFrame('late') + ENDING);
    const stream = readStream(await reader.rest());
    const { usage, adjustments } = expectWhole(stream);
    expect(stream.text).toBe('late');
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 3 });
    expect(adjustments).toMatchObject([{ param: 'top_a' }]);
  });

  it('for longer: comments go on, and none of them stands inside an event', async () => {
    const { answer, upstream } = await begin('long thought');
    upstream.writeHead(200, STREAM_HEADERS).flushHeaders();
    const reader = readerOf(await answer);
    await reader.until(': keep-alive\n\n', 3);
    upstream.end(contentFrame('thought') + ENDING);
    const stream = readStream(await reader.rest());
    expectWhole(stream);
    expect(stream.comments.length).toBeGreaterThanOrEqual(3);
    expect(stream.text).toBe('thought');
  });

  it('in the middle: a comment stands between two chunks', async () => {
    const { answer, upstream } = await begin('pause');
    upstream.writeHead(200, STREAM_HEADERS).write(contentFrame('one '));
    const reader = readerOf(await answer);
    const sofar = await reader.until(': keep-alive\n\n', 1);
    expect(sofar).toMatch(/^data: .*"content":"one ".*\n\n: keep-alive\n\n$/);
    upstream.end(contentFrame('two') + ENDING);
    const stream = readStream(await reader.rest());
    expectWhole(stream);
    expect(stream.text).toBe('one two');
  });

  it('sends its own comments: they are not content and do not reach the client', async () => {
    const { answer, upstream } = await begin('comments');
    upstream.writeHead(200, STREAM_HEADERS).write(': THINKING\n\n');
    const response = await answer;
    const reader = readerOf(response);
    expect(await reader.until('\n\n', 1)).toBe(': keep-alive\n\n');
    upstream.end(contentFrame('done') + ENDING);
    expect(await reader.rest()).not.toContain('THINKING');
  });

  it.each([
    {
      what: 'an error status',
      code: 502,
      end: (upstream: ServerResponse) => upstream.writeHead(500).end('{"error":{"message":"too late"}}'),
    },
    {
      what: 'a rate limit',
      code: 429,
      end: (upstream: ServerResponse) => upstream.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"too many"}}'),
    },
    {
      what: 'an error event',
      code: 502,
      end: (upstream: ServerResponse) => upstream.writeHead(200, STREAM_HEADERS).end('data: {"error":{"message":"no"}}\n\n'),
    },
    { what: 'a lost connection', code: 502, end: (upstream: ServerResponse) => upstream.destroy() },
    { what: 'an empty answer', code: 502, end: (upstream: ServerResponse) => upstream.writeHead(200, STREAM_HEADERS).end() },
  ])('and then returns $what: the error comes in the stream, without [DONE]', async ({ what, code, end }) => {
    const { answer, upstream } = await begin(what);
    const response = await answer;
    expect(response.status).toBe(200);
    const reader = readerOf(response);
    await reader.until(': keep-alive\n\n', 1);
    end(upstream);
    const stream = readStream(await reader.rest());
    const { error } = expectBroken(stream);
    expect(stream.chunks).toHaveLength(1);
    expect(error.metadata.provider_name).toBe('Novita AI');
    expect(error.code).toBe(code);
  });
});

it('an upstream that fails at once: the client gets its status and no comment', async () => {
  const { answer, upstream } = await begin('at once');
  upstream.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"too many"}}');
  const response = await answer;
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('7');
  expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_exceeded' } });
});
