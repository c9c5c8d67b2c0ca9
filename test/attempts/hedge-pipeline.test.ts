/** `provider.hedge_after_ms`: a second endpoint is asked when the first is silent for too long. */
import { describe, expect, it } from 'vitest';
import { event } from '../dialects/replay.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { turn } from '../support/fake-ports.ts';
import { bodyRead, chunksOf, failureOf, type Read, textsOf } from '../support/read-stream.ts';
import { counts, createBody, isSilent, refuses, says, spoken } from '../support/scripted-upstream.ts';
import { createMultiProvider, type FakeRouter, host } from '../support/fake-router.ts';

const AFTER_MS = 500;

const DROPPED = `provider.hedge_after_ms;action=dropped;from=${AFTER_MS}`;
const [alpha, beta] = [host('alpha', {}, { prompt: 1, completion: 1 }), host('beta', {}, { prompt: 2, completion: 2 })];
const hedged = (more = {}, preferences = {}) => ({ model: 'any/m', provider: { hedge_after_ms: AFTER_MS, ...preferences }, ...more });

/** Asks, and lets the first endpoint be silent for as long as the client waits. */
async function askSlow(router: FakeRouter, body = {}, asking = {}): Promise<Response> {
  const response = router.ask(hedged(body), asking);
  await turn();
  router.clock.advance(AFTER_MS);
  return response;
}

/** The last chunk of a stream, or the body; and all chunks of the stream. */
async function readBoth(response: Response, stream: boolean): Promise<{ last: Read; chunks: Read[]; text: string | null | undefined }> {
  if (!stream) {
    const last = await bodyRead(response);
    return { last, chunks: [last], text: last.choices[0]?.message?.content };
  }
  const { chunks, done } = await chunksOf(response);
  expect(done).toBe(true);
  const last = chunks.at(-1);
  if (last === undefined) throw new Error('an empty stream');
  return { last, chunks, text: textsOf(chunks)[0] };
}

describe.each([true, false])('a first endpoint that is silent (stream: %s)', (stream) => {
  const router = () =>
    createMultiProvider([
      [alpha, isSilent],
      [beta, says('B', counts(5, 7))],
    ]);

  it('is given up for the second, which headers and every chunk name', async () => {
    const several = router();
    const response = await askSlow(several, { stream });
    expect(response.headers.get('x-tributary-provider')).toBe('beta');
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
    const { chunks, text } = await readBoth(response, stream);
    expect(text).toBe('B0');
    expect(new Set(chunks.map(({ provider, model }) => `${provider} ${model}`))).toEqual(new Set(['The beta any/m']));
    expect(several.sentTo('alpha').map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(several.sentTo('beta')).toHaveLength(1);
  });

  it('costs nothing: it has shown no content and reported no usage', async () => {
    const { last } = await readBoth(await askSlow(router(), { stream }), stream);
    expect(last.usage).toEqual({ prompt_tokens: 5, completion_tokens: 7, total_tokens: 12, cost: (5 * 2 + 7 * 2) / 1e6, calls: 1 });
    expect(last.usage).not.toHaveProperty('by_choice');
  });

  it('is in openrouter_metadata.attempts beside the winner', async () => {
    const { last } = await readBoth(await askSlow(router(), { stream }, { wantsMetadata: true }), stream);
    expect(last.openrouter_metadata).toMatchObject({
      attempt: 2,
      summary: 'The beta served beta-m',
      attempts: [
        { provider: 'The alpha', status: null, calls: 1 },
        { provider: 'The beta', status: 200, calls: 1 },
      ],
    });
  });

  it('is not given up before its time: the second is not asked', async () => {
    const several = router();
    const signal = new AbortController();
    const call = failureOf(several.ask(hedged({ stream }), { signal: signal.signal }));
    await turn();
    several.clock.advance(AFTER_MS - 1);
    await turn();
    expect([several.sentTo('alpha').length, several.sentTo('beta').length]).toEqual([1, 0]);
    signal.abort();
    await call;
    several.clock.advance(AFTER_MS);
    await turn();
    expect([several.sentTo('alpha')[0]?.signal.aborted, several.sentTo('beta').length]).toEqual([true, 0]);
  });

  it('and a second one that is silent as well are both given up when the client leaves', async () => {
    const several = createMultiProvider([
      [alpha, isSilent],
      [beta, isSilent],
    ]);
    const signal = new AbortController();
    const call = failureOf(several.ask(hedged({ stream }), { signal: signal.signal }));
    await turn();
    several.clock.advance(AFTER_MS);
    await turn();
    expect(several.sent.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    signal.abort();
    await call;
    expect(several.sent.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});

describe('a first endpoint that shows content', () => {
  it.each([true, false])('in time is the only one asked, and the only one billed (stream: %s)', async (stream) => {
    const router = createMultiProvider([
      [alpha, says('A', counts(5, 7))],
      [beta, says('B')],
    ]);
    const response = await router.ask(hedged({ stream }), { wantsMetadata: true });
    expect(response.headers.get('x-tributary-provider')).toBe('alpha');
    expect(response.headers.get('x-tributary-attempts')).toBe('1');
    const { last, text } = await readBoth(response, stream);
    expect(text).toBe('A0');
    expect(last.usage).toMatchObject({ total_tokens: 12, calls: 1 });
    expect(last.usage).not.toHaveProperty('estimated');
    expect(last.openrouter_metadata?.attempts).toHaveLength(1);
    expect(router.sentTo('beta')).toEqual([]);
  });

  it('after the second was asked and before that one shows any wins, and the second is given up', async () => {
    const bodies = [createBody(), createBody()] as const;
    const router = createMultiProvider([
      [alpha, () => new Response(bodies[0].stream)],
      [beta, () => new Response(bodies[1].stream)],
    ]);
    const response = router.ask(hedged({ stream: true }));
    await turn();
    // A role is no content.
    bodies[0].write(event(CHAT_WIRE.chunk([{ fields: { role: 'assistant', content: '' } }])));
    await turn();
    router.clock.advance(AFTER_MS);
    await turn();
    bodies[1].write(event(CHAT_WIRE.chunk([{ fields: { role: 'assistant', content: '' } }])));
    await turn();
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    for (const frame of spoken('A', counts(5, 7))) bodies[0].write(frame);
    bodies[0].close();
    const answer = await response;
    expect(answer.headers.get('x-tributary-provider')).toBe('alpha');
    expect(answer.headers.get('x-tributary-attempts')).toBe('2');
    const { chunks } = await chunksOf(answer);
    expect(textsOf(chunks)).toEqual({ 0: 'A0' });
    expect(new Set(chunks.map(({ provider }) => provider))).toEqual(new Set(['The alpha']));
    expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 12, calls: 1 });
    expect(router.sent[1]?.signal.aborted).toBe(true);
  });

  it('after the first keep-alive has left: the chunks name the winner, though the headers could not', async () => {
    const body = createBody();
    const router = createMultiProvider([
      [alpha, isSilent],
      [beta, () => new Response(body.stream)],
    ]);
    const response = router.ask(hedged({ stream: true }));
    await turn();
    router.clock.advance(AFTER_MS);
    await turn();
    router.clock.advance(3000);
    const answer = await response;
    for (const frame of spoken('B', counts(5, 7))) body.write(frame);
    body.close();
    const { chunks, done } = await chunksOf(answer);
    expect(textsOf(chunks)).toEqual({ 0: 'B0' });
    expect([new Set(chunks.map(({ provider }) => provider)), done]).toEqual([new Set(['The beta']), true]);
  });
});

describe('a hedge', () => {
  it.each([true, false])('answers at once when the first endpoint refuses, and the refusal costs nothing (stream: %s)', async (stream) => {
    const router = createMultiProvider([
      [alpha, refuses('full')],
      [beta, says('B', counts(5, 7))],
    ]);
    const response = await router.ask(hedged({ stream }));
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
    const { last, text } = await readBoth(response, stream);
    expect([text, last.usage?.total_tokens]).toEqual(['B0', 12]);
    expect(last.usage).not.toHaveProperty('estimated');
  });

  it.each([true, false])('that fails as well leaves the first cause as the HTTP error (stream: %s)', async (stream) => {
    const router = createMultiProvider([
      [alpha, refuses('alpha is full', 429)],
      [beta, refuses('beta is full', 503)],
    ]);
    expect(await failureOf(router.ask(hedged({ stream })))).toMatchObject({
      status: 429,
      message: 'The alpha: alpha is full',
      details: { headers: { 'x-tributary-attempts': '2' } },
    });
    expect(router.sent).toHaveLength(2);
  });

  it('takes the next model of a list where the first is offered by one provider', async () => {
    const router = createMultiProvider([
      [alpha, isSilent],
      [beta, says('B')],
    ]);
    const response = await askSlow(router, { model: undefined, models: ['alpha/m', 'beta/m'] });
    expect(await bodyRead(response)).toMatchObject({ model: 'beta/m', provider: 'The beta' });
  });

  it('makes all choices of the request', async () => {
    const router = createMultiProvider([
      [alpha, isSilent],
      [beta, says('B', counts(5, 7))],
    ]);
    const answer = await bodyRead(await askSlow(router, { n: 3 }));
    expect(answer.choices.map(({ index, message }) => [index, message?.content])).toEqual([
      [0, 'B0'],
      [1, 'B1'],
      [2, 'B2'],
    ]);
  });

  it('counts against the limit of calls, before anything is sent', async () => {
    const router = createMultiProvider(
      [
        [alpha, says('A')],
        [beta, says('B')],
      ],
      { upstreamCalls: 1 },
    );
    expect(await failureOf(router.ask(hedged()))).toMatchObject({ status: 400, message: expect.stringContaining('takes 2 calls') });
    expect(router.sent).toEqual([]);
  });

  it.each<readonly [string, object, object, string | null]>([
    ['there is no second endpoint', { model: 'alpha/m' }, {}, DROPPED],
    ['provider.only leaves one', {}, { only: ['alpha'] }, DROPPED],
    ['provider.allow_fallbacks is false', {}, { allow_fallbacks: false }, DROPPED],
    ['it is null', {}, { hedge_after_ms: null }, null],
  ])('is an ordinary call where %s, and reports it unless none was wanted', async (_, body, preferences, reported) => {
    const upstream = createBody();
    const router = createMultiProvider([
      [alpha, () => new Response(upstream.stream)],
      [beta, says('B')],
    ]);
    const response = router.ask(hedged({ stream: true, ...body }, preferences));
    await turn();
    router.clock.advance(AFTER_MS * 2);
    await turn();
    for (const frame of spoken('A', counts(5, 7))) upstream.write(frame);
    upstream.close();
    const answer = await response;
    expect(answer.headers.get('x-tributary-adjustments')).toBe(reported);
    expect(answer.headers.get('x-tributary-attempts')).toBe('1');
    const { chunks } = await chunksOf(answer);
    expect(textsOf(chunks)).toEqual({ 0: 'A0' });
    expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 12, calls: 1 });
    expect(router.sentTo('beta')).toEqual([]);
  });

  it.each([
    [0, 'at least 1'],
    [-5, 'at least 1'],
    [1.5, 'expected an int'],
    [600_001, 'at most 600000'],
    ['200', 'expected a'],
    [true, 'expected a'],
  ])('after %j milliseconds is a 400 that names the field', async (value, expected) => {
    const router = createMultiProvider([[alpha, says('A')]]);
    const failure = await failureOf(Promise.resolve().then(() => router.ask(hedged({}, { hedge_after_ms: value }))));
    expect(failure).toMatchObject({
      status: 400,
      details: { param: 'provider.hedge_after_ms' },
      message: expect.stringMatching(new RegExp(`^provider\\.hedge_after_ms is .*${expected}`)),
    });
    expect(router.sent).toEqual([]);
  });
});
