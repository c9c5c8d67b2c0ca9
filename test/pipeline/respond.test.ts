import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../src/dialects/openai-chat/client/encode.ts';
import { streamAnswer } from '../../src/pipeline/respond.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { framesIn } from '../support/read-stream.ts';
import { headOf } from '../dialects/answer-head.ts';
import { END, ended, failed, START, text, usageOf } from '../stream/events.ts';
import { createFakeClock, turn } from '../support/fake-ports.ts';
import { createSource } from '../stream/sources.ts';

const KEEP_ALIVE = ': keep-alive\n\n';
const LAST: StreamEvent = { ...END, usage: usageOf(1, 2) };

function open(pending?: Promise<EventSource>) {
  const clock = createFakeClock();
  const source = createSource();
  const left = { times: 0 };
  const state = { settled: false };
  const observer = { observe: () => undefined };
  const options = { encoder: createEncoder(headOf()), observer, keepAlive: KEEP_ALIVE, clock, joinMs: 0, cancel: () => void left.times++ };
  const body = streamAnswer(pending ?? Promise.resolve(source), options);
  body.then(
    () => (state.settled = true),
    () => (state.settled = true),
  );
  return { clock, body, left, state, give: source.give, reads: source.reads };
}

const readAll = (body: ReadableStream<Uint8Array>) => new Response(body).text();

describe('respond: the status of a stream', () => {
  it('waits for the first content, which a first word about the model is not', async () => {
    const { give, state } = open();
    give([START], []);
    await turn();
    expect(state.settled).toBe(false);
    give([text('a')]);
    await turn();
    expect(state.settled).toBe(true);
  });

  it('is that of an error which comes before content', async () => {
    const { give, body } = open();
    give([START], [failed('no capacity')]);
    await expect(body).rejects.toMatchObject({ type: 'provider_unavailable', message: 'no capacity' });
  });

  it('is that of an upstream which cannot be called', async () => {
    const refused = new RouterError('rate_limit_exceeded', 'slow down');
    await expect(open(Promise.reject(refused)).body).rejects.toBe(refused);
  });

  it('is good once there is content, even when the error comes with it', async () => {
    const { give, body } = open();
    give([START, text('a'), { ...failed('broken'), openChoices: [0] }], null);
    const frames = framesIn(await readAll(await body));
    expect(frames.map((frame) => (frame === '[DONE]' ? frame : Object.keys(frame).includes('error')))).toEqual([false, true]);
  });

  it('is good for an answer without content', async () => {
    const { give, body } = open();
    give([START], [ended(), LAST], null);
    expect(framesIn(await readAll(await body)).at(-1)).toBe('[DONE]');
  });
});

describe('respond: an upstream that thinks for long', () => {
  it('lets the headers go after 3 s, with a comment', async () => {
    const { clock, state, body } = open();
    await turn();
    clock.advance(2999);
    await turn();
    expect(state.settled).toBe(false);
    clock.advance(1);
    const reader = (await body).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(KEEP_ALIVE);
  });

  it('and then answers, loses nothing', async () => {
    const { clock, give, body } = open();
    give([START]);
    await turn();
    clock.advance(3000);
    const all = readAll(await body);
    give([text('a')], [text('b'), ended(), LAST], null);
    const [comment, ...frames] = (await all).split(/(?<=\n\n)/);
    expect(comment).toBe(KEEP_ALIVE);
    expect(framesIn(frames.join(''))).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: 'a' } }] },
      { choices: [{ delta: { content: 'b' } }] },
      { choices: [{ finish_reason: 'stop' }] },
      { choices: [{ index: 0, delta: { content: '' }, finish_reason: null }], usage: { prompt_tokens: 1 } },
      '[DONE]',
    ]);
  });

  it.each<[string, (upstream: ReturnType<typeof open>) => void]>([
    ['fails in its first event', ({ give }) => give([{ ...failed('no capacity'), openChoices: [0] }])],
    ['breaks', ({ give }) => give(new RouterError('provider_unavailable', 'no capacity'))],
  ])('and then %s, says so in the stream, without [DONE]', async (_, fail) => {
    const upstream = open();
    await turn();
    upstream.clock.advance(3000);
    const all = readAll(await upstream.body);
    fail(upstream);
    const frames = framesIn((await all).replace(KEEP_ALIVE, ''));
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { code: 502, message: 'no capacity', metadata: { error_type: 'provider_unavailable' } },
    });
  });

  it('and then refuses the call, says so in the stream', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const { clock, body } = open(new Promise<EventSource>((_, reject) => (refuse = reject)));
    clock.advance(3000);
    const all = readAll(await body);
    refuse(new RouterError('rate_limit_exceeded', 'slow down'));
    expect(framesIn((await all).replace(KEEP_ALIVE, ''))).toMatchObject([{ error: { code: 429, message: 'slow down' } }]);
  });

  it('and then hits a bug of ours, does not tell its text', async () => {
    const { clock, give, body } = open();
    await turn();
    clock.advance(3000);
    const all = readAll(await body);
    give(new TypeError('secret detail'));
    expect(await all).not.toContain('secret detail');
  });
});

describe('respond: a client', () => {
  it('that leaves in the middle gives the upstream up', async () => {
    const { give, body, left, clock } = open();
    give([START, text('a')]);
    const reader = (await body).getReader();
    await reader.read();
    await reader.cancel();
    expect(left.times).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it('that leaves while the upstream still thinks gives it up as well', async () => {
    const { body, left, clock } = open();
    await turn();
    clock.advance(3000);
    await (await body).cancel();
    expect(left.times).toBe(1);
  });

  it('that does not read makes the upstream wait', async () => {
    const { give, body, reads } = open();
    give([text('a')], [text('b')], [text('c')]);
    await body;
    await turn();
    expect(reads()).toBe(1);
  });
});

describe('respond: batches', () => {
  it('without anything to show make no write', async () => {
    const { give, body } = open();
    give([text('a')], [], [], [text('b')], [], [ended(), LAST], null);
    const reader = (await body).getReader();
    let writes = 0;
    while (!(await reader.read()).done) writes++;
    expect(writes).toBe(3);
  });

  it('leave no timer behind when they are over', async () => {
    const { give, body, clock } = open();
    give([text('a'), ended(), LAST], null);
    await readAll(await body);
    expect(clock.pending()).toBe(0);
  });
});
