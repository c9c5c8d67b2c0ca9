/** `route: "all"`: several models asked at once, one answer with a block of choices for each. */
import { describe, expect, it } from 'vitest';
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import { event } from '../dialects/replay.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { turn } from '../support/fake-ports.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, chunksOf, failureOf, type Read, type ReadUsage, textsOf } from '../support/read-stream.ts';
import { bodyOf, counts, createBody, isSilent, refuses, says, spoken } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';

const ONE_CHOICE = { operations: { chat: [chatOperation({ parameters: { ...OPENAI_CHAT_RULES, n: false } })] } };
const [alpha, beta, gamma] = [
  host('alpha', {}, { prompt: 100_000, completion: 0 }),
  host('beta', ONE_CHOICE, { prompt: 0, completion: 100_000 }),
  host('gamma', {}, { prompt: 200_000, completion: 100_000 }),
];
const MODELS = ['alpha/m', 'beta/m', 'gamma/m'];
const SERVED = [
  { model: 'alpha/m', provider: 'The alpha' },
  { model: 'beta/m', provider: 'The beta' },
  { model: 'gamma/m', provider: 'The gamma' },
];
const all = (more = {}) => ({ models: MODELS, route: 'all', ...more });

const threeOf = (limits = {}) =>
  createMultiProvider(
    [
      [alpha, says('A', counts(1, 10))],
      [beta, says('B', counts(2, 20))],
      [gamma, says('C', counts(3, 30))],
    ],
    limits,
  );

/** The parts of a bill must add up to it. Money in whole billionths, since the sum must not drift. */
function expectItemized(usage: ReadUsage | null | undefined): void {
  const parts = usage?.by_choice ?? [];
  expect(parts.length).toBeGreaterThan(1);
  const sum = (of: (part: ReadUsage) => number) => parts.reduce((total, part) => total + of(part), 0);
  expect({
    prompt: usage?.prompt_tokens,
    completion: usage?.completion_tokens,
    total: usage?.total_tokens,
    calls: usage?.calls,
    cost: usage?.cost,
  }).toEqual({
    prompt: sum((part) => part.prompt_tokens),
    completion: sum((part) => part.completion_tokens),
    total: sum((part) => part.total_tokens),
    calls: sum((part) => part.calls),
    cost: sum((part) => Math.round((part.cost ?? NaN) * 1e9)) / 1e9,
  });
}

const servedBy = ({ model, provider }: { model?: string; provider?: string }) => ({ model, provider });

describe('a stream of several models', () => {
  it.each([1, 2, 3])('has a block of choices for each model, n = %i in each, and every chunk says whose it is', async (n) => {
    const { chunks, done } = await chunksOf(await threeOf().ask(all({ stream: true, n })));
    const letters = ['A', 'B', 'C'].flatMap((letter, block) =>
      // A provider that makes one choice at a time calls each of them 0.
      Array.from({ length: n }, (_, choice) => `${letter}${block === 1 ? 0 : choice}`),
    );
    expect(textsOf(chunks)).toEqual(Object.fromEntries(letters.entries()));
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.choices).toHaveLength(1);
      expect(servedBy(chunk)).toEqual(SERVED[Math.floor((chunk.choices[0]?.index ?? -1) / n)]);
    }
    expect(done).toBe(true);
  });

  it('has one head, a role first and one end for each choice, then one usage chunk and [DONE]', async () => {
    const { chunks, done } = await chunksOf(await threeOf().ask(all({ stream: true, n: 2, stream_options: { include_usage: true } })));
    expect(new Set(chunks.map(({ id, object, created }) => `${id} ${object} ${created}`)).size).toBe(1);
    for (let choice = 0; choice < 6; choice++) {
      const own = chunks.flatMap(({ choices }) => choices).filter(({ index }) => index === choice);
      expect(own.map(({ delta }) => delta?.role)).toEqual(['assistant', ...own.slice(1).map(() => undefined)]);
      expect(own.map(({ finish_reason: reason }) => reason)).toEqual([...own.slice(1).map(() => null), 'stop']);
    }
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { calls: 4 } });
    expect(done).toBe(true);
  });

  it('lists every provider in its headers, once each, as one attempt each', async () => {
    const response = await threeOf().ask(all({ stream: true, n: 2 }));
    expect(response.headers.get('x-tributary-provider')).toBe('alpha, beta, gamma');
    expect(response.headers.get('x-tributary-attempts')).toBe('3');
    await response.body?.cancel();
  });

  it('lets each choice leave as it comes, however long another model is silent', async () => {
    const router = createMultiProvider([
      [alpha, isSilent],
      [beta, says('B')],
    ]);
    const response = await router.ask({ models: ['alpha/m', 'beta/m'], route: 'all', stream: true });
    const reader = response.body?.getReader();
    const piece = await reader?.read();
    expect(new TextDecoder().decode(piece?.value)).toContain('"content":"B"');
    await reader?.cancel();
    expect(router.sentTo('alpha')[0]?.signal.aborted).toBe(true);
  });

  it('names a pinned model as its upstream names itself, on its chunks and in the bill alike', async () => {
    const router = createMultiProvider([
      [alpha, says('A', counts(1, 1), { model: 'alpha-1.5' })],
      [beta, says('B', counts(1, 1), { model: 'beta-2.5' })],
    ]);
    const { chunks } = await chunksOf(await router.ask({ models: ['@alpha/x', '@beta/y'], route: 'all', stream: true }));
    const models = (index: number) => new Set(chunks.filter(({ choices }) => choices[0]?.index === index).map(({ model }) => model));
    expect([models(0), models(1)]).toEqual([new Set(['alpha-1.5']), new Set(['beta-2.5'])]);
    expect(chunks.at(-1)?.usage?.by_choice?.map(({ model }) => model)).toEqual(['alpha-1.5', 'beta-2.5']);
  });
});

describe('usage.by_choice', () => {
  it.each([true, false])('is in order of the choices and adds up exactly (stream: %s)', async (stream) => {
    const response = await threeOf().ask(all({ stream, n: 2 }));
    const answer = stream ? (await chunksOf(response)).chunks.at(-1) : await bodyRead(response);
    const usage = answer?.usage;
    expect(usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 80, total_tokens: 88, calls: 4 });
    expect(usage?.by_choice?.map(({ choices, model, provider, calls }) => ({ choices, model, provider, calls }))).toEqual([
      { choices: [0, 1], ...SERVED[0], calls: 1 },
      { choices: [2, 3], ...SERVED[1], calls: 2 },
      { choices: [4, 5], ...SERVED[2], calls: 1 },
    ]);
    expectItemized(usage);
  });

  it('is in order and exact when the last model ends first', async () => {
    const bodies = [createBody(), createBody(), createBody()] as const;
    const router = createMultiProvider([
      [alpha, () => new Response(bodies[0].stream)],
      [beta, () => new Response(bodies[1].stream)],
      [gamma, () => new Response(bodies[2].stream)],
    ]);
    const response = router.ask(all({ stream: true }));
    await turn();
    const text = (async () => chunksOf(await response))();
    for (const which of [2, 1, 0] as const) {
      for (const frame of spoken('x', counts(which + 1, which + 2))) bodies[which].write(frame);
      bodies[which].close();
      await turn();
    }
    const { usage } = (await text).chunks.at(-1) ?? {};
    expect(usage?.by_choice?.map(({ choices, prompt_tokens: prompt }) => [choices, prompt])).toEqual([
      [[0], 1],
      [[1], 2],
      [[2], 3],
    ]);
    expectItemized(usage);
  });

  it('is not there when one model is asked', async () => {
    const answer = await bodyRead(await threeOf().ask({ models: ['alpha/m'], route: 'all' }));
    expect(answer.usage).toMatchObject({ total_tokens: 11, calls: 1 });
    expect(answer.usage).not.toHaveProperty('by_choice');
    expect(answer.choices[0]).not.toHaveProperty('model');
  });
});

describe('when one model is refused', () => {
  const router = () =>
    createMultiProvider([
      [alpha, says('A', counts(1, 10))],
      [beta, refuses('no room')],
      [gamma, says('C', counts(3, 30))],
    ]);

  it('openrouter_metadata says who was asked, and lists no answer', async () => {
    const { chunks } = await chunksOf(await router().ask(all({ stream: true }), { wantsMetadata: true }));
    expect(chunks.at(-1)?.openrouter_metadata).toMatchObject({
      summary: expect.stringContaining('The beta was called for'),
      attempts: [{ status: 200 }, { status: 503 }, { status: 200 }],
    });
  });

  it('its choices end with an error of their own, and the others are whole', async () => {
    const { chunks, done } = await chunksOf(await router().ask(all({ stream: true, n: 2 })));
    const ends = chunks.flatMap((chunk) =>
      chunk.choices
        .filter(({ finish_reason: reason }) => reason !== null)
        .map(({ index, finish_reason: reason, error }) => ({ index, reason, message: error?.message, ...servedBy(chunk) })),
    );
    const broken = { reason: 'error', message: 'The beta: no room', ...SERVED[1] };
    const whole = { reason: 'stop', message: undefined };
    expect(ends.sort((one, other) => one.index - other.index)).toEqual([
      { index: 0, ...whole, ...SERVED[0] },
      { index: 1, ...whole, ...SERVED[0] },
      { index: 2, ...broken },
      { index: 3, ...broken },
      { index: 4, ...whole, ...SERVED[2] },
      { index: 5, ...whole, ...SERVED[2] },
    ]);
    expect(textsOf(chunks)).toMatchObject({ 0: 'A0', 1: 'A1', 4: 'C0', 5: 'C1' });
    expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 44, by_choice: [{ choices: [0, 1] }, { choices: [4, 5] }] });
    expect(done).toBe(true);
  });

  it('a whole answer says so in the choice', async () => {
    const response = await router().ask(all());
    expect(response.status).toBe(200);
    expect((await bodyRead(response)).choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { content: 'A0' }, ...SERVED[0] },
      { index: 1, finish_reason: 'error', error: { message: 'The beta: no room' }, ...SERVED[1] },
      { index: 2, finish_reason: 'stop', message: { content: 'C0' }, ...SERVED[2] },
    ]);
  });

  it('a model that breaks off in the middle ends its own choice alone', async () => {
    const broken = [CHAT_WIRE.chunk([{ text: 'B' }]), { error: { message: 'worn out' } }].map(event);
    const several = createMultiProvider([
      [alpha, says('A')],
      [beta, () => new Response(bodyOf(...broken))],
    ]);
    const { chunks, done } = await chunksOf(await several.ask({ models: ['alpha/m', 'beta/m'], route: 'all', stream: true }));
    const ofBeta = chunks.filter(({ choices }) => choices[0]?.index === 1);
    expect(ofBeta.at(-1)?.choices[0]).toMatchObject({ finish_reason: 'error', error: { message: 'The beta: worn out' } });
    expect(textsOf(chunks)).toEqual({ 0: 'A0', 1: 'B' });
    expectItemized(chunks.at(-1)?.usage);
    expect(done).toBe(true);
  });
});

describe('when all models are refused', () => {
  it.each([true, false])('the answer is an HTTP error with the first cause (stream: %s)', async (stream) => {
    const router = createMultiProvider([
      [alpha, refuses('alpha is full', 429)],
      [beta, refuses('beta is full', 503)],
    ]);
    expect(await failureOf(router.ask({ models: ['alpha/m', 'beta/m'], route: 'all', stream }))).toMatchObject({
      status: 429,
      message: 'The alpha: alpha is full',
      details: { headers: { 'x-tributary-provider': 'alpha, beta', 'x-tributary-attempts': '2' } },
    });
    expect(router.sent).toHaveLength(2);
  });

  it('after a keep-alive it is an error in the stream, for every choice, without [DONE]', async () => {
    const releases: (() => void)[] = [];
    const later = (message: string) => () =>
      new Promise<Response>((resolve) => {
        releases.push(() => resolve(refuses(message)()));
      });
    const router = createMultiProvider([
      [alpha, later('alpha is full')],
      [gamma, later('gamma is full')],
    ]);
    const response = router.ask({ models: ['alpha/m', 'gamma/m'], route: 'all', n: 2, stream: true });
    await turn();
    router.clock.advance(3000);
    const text = chunksOf(await response);
    for (const release of releases) {
      release();
      await turn();
    }
    const { chunks, done } = await text;
    expect(chunks).toMatchObject([
      { error: { message: 'The alpha: alpha is full' }, choices: [0, 1, 2, 3].map((index) => ({ index, finish_reason: 'error' })) },
    ]);
    expect(done).toBe(false);
  });
});

describe('before anything is sent', () => {
  it.each([true, false])('an unknown model is a 404 that names it (stream: %s)', async (stream) => {
    const router = threeOf();
    expect(await failureOf(router.ask({ models: ['alpha/m', 'nobody/nothing'], route: 'all', stream }))).toMatchObject({
      status: 404,
      message: expect.stringContaining('nobody/nothing'),
    });
    expect(router.sent).toEqual([]);
  });

  it('the calls to all models together are counted against the limit', async () => {
    const router = threeOf({ upstreamCalls: 3 });
    // alpha and gamma make two choices in one call, beta needs two calls.
    const failure = await failureOf(router.ask(all({ n: 2 })));
    expect(failure).toMatchObject({
      status: 400,
      message: expect.stringMatching(/takes 4 calls to The alpha and The beta and The gamma; .* is 3/),
    });
    expect(router.sent).toEqual([]);
    expect((await router.ask(all({ n: 1 }))).status).toBe(200);
  });
});

describe('what was changed', () => {
  it('is reported with the name of the model it was changed for', async () => {
    const response = await threeOf().ask(all({ stream: true, n: 2, top_a: 0.5 }));
    const { chunks } = await chunksOf(response);
    expect(chunks.at(-1)?.adjustments?.map(({ param, action, reason }) => [param, action, reason.split(':')[0]])).toEqual([
      ['top_a', 'dropped', 'alpha/m'],
      ['top_a', 'dropped', 'beta/m'],
      ['n', 'emulated', 'beta/m'],
      ['top_a', 'dropped', 'gamma/m'],
    ]);
    expect(response.headers.get('x-tributary-adjustments')).toContain('n;action=emulated');
  });
});

describe('a whole answer of several models', () => {
  it('has model and provider in every choice, in order', async () => {
    const answer: Read = await bodyRead(await threeOf().ask(all({ n: 2 })));
    expect(answer.choices.map(({ index, message, ...choice }) => [index, message?.content, servedBy(choice)])).toEqual([
      [0, 'A0', SERVED[0]],
      [1, 'A1', SERVED[0]],
      [2, 'B0', SERVED[1]],
      [3, 'B0', SERVED[1]],
      [4, 'C0', SERVED[2]],
      [5, 'C1', SERVED[2]],
    ]);
  });

  it('gives every upstream up when the client leaves', async () => {
    const router = createMultiProvider([
      [alpha, isSilent],
      [beta, isSilent],
    ]);
    const signal = new AbortController();
    const call = failureOf(router.ask({ models: ['alpha/m', 'beta/m'], route: 'all' }, { signal: signal.signal }));
    await turn();
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    signal.abort();
    await call;
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
