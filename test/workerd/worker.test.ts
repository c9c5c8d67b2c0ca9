/** The Worker inside its own runtime: what only workerd can show. The network is a function of the test. */
import { SELF } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import worker from '../../src/worker.ts';

/** What was sent upstream, in order. */
let sent: { url: string; init: RequestInit }[] = [];
/** Answers the next upstream calls. */
let answerUpstream: (init: RequestInit) => Response | Promise<Response> = () => Response.error();

beforeEach(() => {
  sent = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init = {}) => {
    sent.push({ url: String(url), init });
    return answerUpstream(init);
  });
});
afterEach(() => vi.restoreAllMocks());

const frame = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'u', object: 'chat.completion.chunk', created: 1, model: 'served', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const USAGE = 'data: {"id":"u","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}}\n\n';
const DONE = 'data: [DONE]\n\n';

/** A body that comes in pieces of so many bytes, or of its own. */
function inPieces(pieces: readonly string[], bytes = Infinity): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const waiting = pieces.flatMap((piece) => {
    const whole = encoder.encode(piece);
    const size = Math.min(bytes, whole.length);
    return Array.from({ length: Math.ceil(whole.length / size) }, (_, place) => whole.subarray(place * size, (place + 1) * size));
  });
  return new ReadableStream({
    pull(controller) {
      const piece = waiting.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

const eventStream = (body: BodyInit) => new Response(body, { headers: { 'content-type': 'text/event-stream' } });

/**
 * A chat request. Called within the test's own request: the runtime lets no stream of one request wake another, as through SELF.
 * vLLM needs neither key nor address, so no variable has to be set.
 */
async function chat(fields: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request('http://router/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: '@vllm/m', messages: [{ role: 'user', content: 'hello' }], ...fields }),
  });
  return worker.fetch(request, { ALLOW_ANONYMOUS: 'true' });
}

describe('the Worker in workerd', () => {
  it.each(['/health', '/v1/health', '/api/v1/health'])('answers %s', async (path) => {
    const response = await SELF.fetch(`http://router${path}`);
    expect(await response.json()).toEqual({ status: 'ok', catalog: expect.objectContaining({ source: 'bundled' }) });
  });

  it.each(['models', 'providers'])('lists /v1/%s', async (path) => {
    const { data } = (await (await SELF.fetch(`http://router/v1/${path}`)).json()) as { data: unknown[] };
    expect(data.length).toBeGreaterThan(3);
    expect(sent).toEqual([]);
  });

  it('returns JSON errors for an unknown path and a wrong method', async () => {
    const missing = await SELF.fetch('http://router/v1/nothing');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { code: 404, type: 'not_found' } });
    const wrong = await SELF.fetch('http://router/v1/completions');
    expect(wrong.status).toBe(405);
    expect(await wrong.json()).toMatchObject({ error: { code: 405, type: 'method_not_allowed' } });
  });

  it('calls neither eval nor Function during a request', async () => {
    const functions = vi.spyOn(globalThis, 'Function');
    const evals = vi.spyOn(globalThis, 'eval');
    answerUpstream = () =>
      Response.json({ id: 'u', model: 'served', choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }] });
    expect((await chat({ temperature: 1, stop: ['a'], tools: [{ type: 'function', function: { name: 'f' } }] })).status).toBe(200);
    expect((await chat({ temperature: 'warm' })).status).toBe(400);
    expect(functions).not.toHaveBeenCalled();
    expect(evals).not.toHaveBeenCalled();
  });
});

describe('a stream in workerd', () => {
  const TEXT = 'Grüße, 水の流れ 🌊!';
  const FRAMES = [frame({ role: 'assistant', content: '' }), frame({ content: TEXT }), frame({}, 'stop'), USAGE, DONE];

  it.each([1, 2, 3, 7, 1000])('is the same in pieces of %i bytes', async (bytes) => {
    answerUpstream = () => eventStream(inPieces(FRAMES, bytes));
    const text = await (await chat({ stream: true })).text();
    expect(text).toContain(JSON.stringify(TEXT));
    expect(text).toMatch(/"usage":\{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5.*\n\ndata: \[DONE\]\n\n$/);
    expect(text).not.toContain('\ufffd');
  });

  it("is requested with a manual redirect and without the client's headers", async () => {
    answerUpstream = () => eventStream(inPieces(FRAMES));
    await (await chat({ stream: true }, { authorization: 'Bearer mine', 'accept-encoding': 'zstd' })).text();
    const { url, init } = sent[0]!;
    expect(url).toBe('http://localhost:8000/v1/chat/completions');
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' });
    const headers = new Headers(init.headers);
    expect(headers.get('accept')).toBe('text/event-stream');
    expect(headers.has('accept-encoding')).toBe(false);
    expect(headers.has('authorization')).toBe(false);
  });

  it('passes the first token on before the second arrives', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    answerUpstream = () => eventStream(readable);
    const first = writer.write(encoder.encode(frame({ content: 'one' })));
    const reader = (await chat({ stream: true })).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('"content":"one"');
    await first;
    const second = writer.write(encoder.encode(frame({ content: 'two' }, 'stop') + DONE));
    second.catch(() => undefined); // after [DONE] the router has no use for the rest
    writer.closed.catch(() => undefined);
    let rest = '';
    for (let step = await reader.read(); !step.done; step = await reader.read()) rest += step.value;
    expect(rest).toContain('"content":"two"');
    expect(rest).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('that the client cancels aborts the fetch of the upstream', async () => {
    let signal: AbortSignal | null | undefined;
    let pulls = 0;
    answerUpstream = (init) => {
      signal = init.signal;
      return eventStream(
        new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode(frame({ content: `#${pulls++} ` }))) }),
      );
    };
    const reader = (await chat({ stream: true })).body!.getReader();
    await reader.read();
    expect(signal?.aborted).toBe(false);
    await reader.cancel();
    expect(signal?.aborted).toBe(true);
  });

  it('that the client does not read is not read from the upstream', async () => {
    let pulls = 0;
    answerUpstream = () =>
      eventStream(
        new ReadableStream({
          pull(controller) {
            if (++pulls > 5000) controller.close();
            else controller.enqueue(new TextEncoder().encode(frame({ content: `#${pulls} ` })));
          },
        }),
      );
    const response = await chat({ stream: true });
    // Many turns of the event loop, in which a router that does not wait would take all five thousand.
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    expect(pulls).toBeLessThan(50);
    const text = await response.text();
    expect(text).toContain('"content":"#5000 "');
    expect(text).not.toContain('[DONE]'); // it ended without a finish reason
  });
});

describe('the Worker in workerd', () => {
  it("returns 502 with the provider's name and without the cause after a network failure", async () => {
    answerUpstream = () => Promise.reject(new Error('internal error; reference=abc'));
    const response = await chat({ stream: true });
    expect(response.status).toBe(502);
    expect(response.headers.get('retry-after')).toBe('1');
    const text = await response.text();
    expect(text).toContain('vLLM could not be reached');
    expect(text).not.toContain('reference');
  });

  it('sends an error in the stream after a body that breaks off', async () => {
    const pieces = [frame({ content: 'so far' })];
    answerUpstream = () =>
      eventStream(
        new ReadableStream(
          {
            pull(controller) {
              const piece = pieces.pop();
              if (piece === undefined) controller.error(new Error('Network connection lost.'));
              else controller.enqueue(new TextEncoder().encode(piece));
            },
          },
          { highWaterMark: 0 },
        ),
      );
    const text = await (await chat({ stream: true })).text();
    expect(text).toContain('"content":"so far"');
    expect(text).toContain('"finish_reason":"error"');
    expect(text).not.toContain('[DONE]');
  });

  it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    answerUpstream = () => new Response(null, { status, headers: { location: 'http://elsewhere/' } });
    const response = await chat();
    expect(response.status).toBe(502);
    expect(response.headers.get('x-should-retry')).toBe('false');
    await response.text();
    expect(sent).toHaveLength(1);
  });
});
